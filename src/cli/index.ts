#!/usr/bin/env node
// Loaded before anything else: SQLite's binding ends an older Node with a segmentation fault and no word.
const NEEDED = 22;

if (Number(process.versions.node.split('.')[0]) >= NEEDED) await import('./program.ts');
else {
  process.stderr.write(
    `gatehouse: this is Node ${process.versions.node}; ${NEEDED}.12 or later is needed. \`npm run -s gatehouse -- …\` uses the one that was installed along.\n`,
  );
  process.exitCode = 1;
}

export {};
