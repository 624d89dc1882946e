import {
  ActionIcon,
  Badge,
  Button,
  createTheme,
  Drawer,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  Paper,
  SegmentedControl,
  Table,
  Tooltip,
} from '@mantine/core';

/** The one accent: a harbour blue that keeps 4.5:1 under white text and on both backgrounds. */
const harbour: MantineColorsTuple = [
  '#eef5fb',
  '#dceaf5',
  '#b7d5ec',
  '#8bbde1',
  '#63a6d6',
  '#4695cd',
  '#2f83be',
  '#1f6aa3',
  '#175887',
  '#0d4269',
];

const gray: MantineColorsTuple = [
  '#f8f9fa',
  '#f2f4f5',
  '#e8ebed',
  '#dcdfe3',
  '#c5cad0',
  '#6d737b',
  '#5c626a',
  '#454a51',
  '#303439',
  '#1c1f23',
];

const dark: MantineColorsTuple = [
  '#e4e7ea',
  '#bcc2c9',
  '#9aa1ab',
  '#878e98',
  '#383d45',
  '#2a2e35',
  '#1f2228',
  '#16181c',
  '#111316',
  '#0c0d10',
];

/** Two weights, four sizes (12, 13, 15, 20), an 8-pixel rhythm. */
export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: 7,
  colors: { harbour, gray, dark },
  black: '#1c1f23',
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, 'Cascadia Mono', Menlo, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.8125rem', lg: '0.9375rem', xl: '1.25rem' },
  fontWeights: { regular: '400', medium: '600', bold: '600' },
  lineHeights: { xs: '1.35', sm: '1.5', md: '1.5', lg: '1.45', xl: '1.3' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '3px', sm: '5px', md: '6px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.3' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.45' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.5' },
    },
  },
  components: {
    Input: Input.extend({
      vars: (_theme, props) =>
        props.size === undefined || props.size === 'sm'
          ? { wrapper: { '--input-height': '2rem', '--input-fz': '0.8125rem' } }
          : { wrapper: {} },
    }),
    InputWrapper: Input.Wrapper.extend({ styles: { label: { fontWeight: 600, marginBottom: 4 } } }),
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      vars: (_theme, props) =>
        props.size === undefined || props.size === 'sm'
          ? {
              root: {
                '--button-height': '2rem',
                '--button-padding-x': '0.75rem',
                '--button-fz': '0.8125rem',
              },
            }
          : { root: {} },
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 28 } }),
    Badge: Badge.extend({ defaultProps: { radius: 'sm', tt: 'none', fw: 600 } }),
    Drawer: Drawer.extend({
      defaultProps: {
        position: 'right',
        size: 560,
        overlayProps: { backgroundOpacity: 0.25 },
        padding: 'lg',
      },
      styles: { title: { fontWeight: 600, fontSize: '0.9375rem' } },
    }),
    Modal: Modal.extend({
      defaultProps: { padding: 'lg', radius: 'lg', overlayProps: { backgroundOpacity: 0.4 } },
      styles: { title: { fontWeight: 600, fontSize: '0.9375rem' } },
    }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', position: 'bottom-end' } }),
    Paper: Paper.extend({ defaultProps: { radius: 'lg' } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm', fz: 'sm' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: false, fz: 'xs' } }),
  },
});
