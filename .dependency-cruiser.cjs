/**
 * The import walls: base <- db <- features <- shifts-api <- gateway, demo <- instance, host <- doors.
 * src/threads/thread-file.ts only says where the threads' files are, so every part that starts one may ask it.
 * `tests/walls.test.ts` asserts that this configuration really read the tree.
 */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    only('base-imports-nothing', '^src/base/', '^src/base/', 'base is pure'),
    only('db-sees-base', '^src/db/', '^src/(base|db)/', 'the data model knows no feature'),
    only(
      'contracts-see-contracts',
      'contract\\.ts$',
      '(^src/base/|contract\\.ts$)',
      'contracts are shared with the page',
    ),
    only(
      'features-see-db-and-features',
      '^src/features/',
      '^src/(base|db|features)/|^src/threads/thread-file\\.ts$',
      'features own the rules and the data; doors come later',
    ),
    only(
      'gateway-below-instance',
      '^src/gateway/',
      '(^src/(base|db|features|gateway|shifts-api)/|^src/threads/thread-file\\.ts$)',
    ),
    only('doctor-below-doors', '^src/doctor/', '^src/(base|db|features|gateway|doctor)/'),
    only('shifts-api-below-gateway', '^src/shifts-api/', '^src/(base|db|features|shifts-api)/'),
    only('demo-below-instance', '^src/demo/', '^src/(base|db|features|shifts-api|demo)/'),
    only(
      'instance-below-host',
      '^src/instance\\.ts$',
      '^src/((base|db|features|shifts-api|demo)/|instance\\.contract\\.ts$)',
      'the services know no gateway: it runs without them, and they without it',
    ),
    only(
      'host-below-doors',
      '^src/host\\.ts$',
      '^src/((base|db|features|gateway)/|threads/(thread-file|admin-report|asking)\\.ts$|(instance|contract|instance\\.contract)\\.ts$)',
    ),
    only(
      'threads-below-host',
      '^src/threads/',
      '^src/((base|db|features|shifts-api|gateway|threads)/|instance\\.ts$)',
      'a thread is an entry: it wires what is below, and only the parts that start it know its name',
    ),
    {
      name: 'contracts-see-few-packages',
      comment: 'whatever a contract imports goes into the page',
      severity: 'error',
      from: { path: 'contract\\.ts$' },
      to: { pathNot: '^src/|(^|node_modules/)(zod|@orpc/contract)(/|$)' },
    },
    only('page-sees-contracts', '^src/(renderer|preload)/', '(^src/(renderer|preload|base)/|contract\\.ts$)'),
    {
      name: 'electron-only-in-main',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|preload)/' },
      to: { path: '^(node_modules/)?electron$|node_modules/electron/' },
    },
    {
      name: 'page-has-no-node',
      severity: 'error',
      from: { path: '^src/(renderer|base)/|contract\\.ts$', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    only('keychain-stands-alone', '^src/keychain/', '^src/keychain/', 'doors ask it; it knows none of them'),
    only(
      'remote-sees-contracts',
      '^src/remote/',
      '(^src/(base|db|keychain|remote)/|contract\\.ts$)',
      'a server is asked by the contract alone',
    ),
    {
      name: 'doors-are-not-imported',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(server|cli|main|renderer|preload)/' },
      to: { path: '^src/(server|cli|main|renderer|preload)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.css'] },
  },
};
