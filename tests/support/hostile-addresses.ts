import fc from 'fast-check';

/** Ways to write the two dots, as they are and as some decoder might see them. */
const up = fc.constantFrom(
  '..',
  '.',
  '...',
  '%2e%2e',
  '.%2e',
  '%2E.',
  '%252e%252e',
  '%25252e%25252e',
  '..;',
  '.. ',
  '..%00',
  '..%20',
  '%c0%ae%c0%ae',
  '%e0%80%ae%e0%80%ae',
  '\u2024\u2024',
  '\uff0e\uff0e',
  '%ef%bc%8e%ef%bc%8e',
  '%u002e%u002e',
);

/** And the slash. */
const separator = fc.constantFrom(
  '/',
  '/',
  '/',
  '//',
  '%2f',
  '%2F',
  '%252f',
  '%25252f',
  '\\',
  '%5c',
  '%255c',
  '/./',
  '%c0%af',
  '\u2215',
  '\uff0f',
  '%ef%bc%8f',
  '\u29f5',
);

const name = fc.oneof(
  fc.constantFrom(
    'assets',
    'main',
    'preload',
    'renderer',
    'out',
    'etc',
    'proc',
    'self',
    'C:',
    'c:%5c',
    'localhost',
    '~',
    'file:',
    '__proto__',
    'node_modules',
    'index.html::$DATA',
    'CON',
    '\0',
    '%00',
    '%0d%0a',
    '?',
    '#',
    '%23',
    '%3f',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 8 }),
);

/** Mostly names with a type that the console serves: another would be refused for its type alone. */
const file = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('index.js', 'gatehouse.js', 'index.html', 'colour-scheme.js') },
  { weight: 3, arbitrary: fc.constantFrom('x.js', 'x.css', '.html', 'passwd.js', 'index.js%00.html') },
  { weight: 1, arbitrary: fc.constantFrom('index.cjs', 'package.json', 'passwd', 'instance.db', '') },
);

const step = fc.tuple(fc.oneof({ weight: 3, arbitrary: up }, { weight: 2, arbitrary: name }), separator);

const origin = fc.oneof(
  { weight: 20, arbitrary: fc.constant('app://console') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('app://CONSOLE', 'app://console:80', 'app://console.', 'app://..', 'app://'),
  },
);

/** An address that tries to leave the console's folder, written in any of the ways in which it has been tried. */
export const hostileAddress = fc
  .tuple(
    origin,
    fc.oneof({ weight: 9, arbitrary: fc.constant('/') }, separator),
    fc.array(step, { maxLength: 8 }),
    file,
  )
  .map(([at, first, steps, last]) => at + first + steps.flat().join('') + last)
  // What is no address, or carries a password, no browser would ask for.
  .filter(
    (address) =>
      URL.canParse(address) && new URL(address).username === '' && new URL(address).password === '',
  );
