import {
  ActionIcon,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  Input,
  type MantineColorsTuple,
  Menu,
  Modal,
  Notification,
  Paper,
  SegmentedControl,
  Table,
  Tooltip,
} from '@mantine/core';
import type { CSSProperties } from 'react';
import { OUTCOMES } from '../base/reasons.ts';
import { outcomeColours, outcomeVariable, type Scheme } from './charts/palette.ts';
import { rescueFocus } from './ui/rescue-focus.ts';

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

/** Its error text and filled buttons keep 4.5:1. */
const red: MantineColorsTuple = [
  '#fdeeed',
  '#fadedc',
  '#f3b5b0',
  '#ed8d86',
  '#e5665d',
  '#d94a41',
  '#c9362d',
  '#b3261e',
  '#931c15',
  '#7d1710',
];

const yellow: MantineColorsTuple = [
  '#fdf6e7',
  '#fbecd0',
  '#f3d69b',
  '#e9bd63',
  '#dfa73a',
  '#c68f22',
  '#a87512',
  '#8a5a00',
  '#744b00',
  '#5f3d00',
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

/** A title takes as many lines as its name needs, and leaves the close button its place. */
const title: CSSProperties = {
  flex: 1,
  minWidth: 0,
  fontWeight: 600,
  fontSize: '0.9375rem',
  lineHeight: 1.45,
  overflowWrap: 'anywhere',
};
const dialogStyles = {
  title,
  header: { gap: 8 },
  close: { flex: 'none' },
} satisfies Record<string, CSSProperties>;

/** Two weights, four sizes (12, 13, 15, 20), an 8-pixel rhythm. */
export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: 7,
  colors: { harbour, gray, dark, red, yellow },
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
      styles: { input: { textOverflow: 'ellipsis' } },
    }),
    InputWrapper: Input.Wrapper.extend({
      vars: () => ({
        label: {},
        success: {},
        error: { '--input-error-size': '0.75rem' },
        description: { '--input-description-size': '0.75rem' },
      }),
      styles: { label: { fontWeight: 600, marginBottom: 4 } },
    }),
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
        onExitTransitionEnd: () => rescueFocus(),
      },
      styles: dialogStyles,
    }),
    Modal: Modal.extend({
      defaultProps: {
        padding: 'lg',
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.4 },
        onExitTransitionEnd: () => rescueFocus(),
      },
      styles: dialogStyles,
    }),
    // A dialog's heading is no banner of the page, and its button says what it does.
    ModalHeader: Modal.Header.extend({ defaultProps: { role: 'none' } }),
    DrawerHeader: Drawer.Header.extend({ defaultProps: { role: 'none' } }),
    ModalCloseButton: Modal.CloseButton.extend({ defaultProps: { 'aria-label': 'Close' } }),
    DrawerCloseButton: Drawer.CloseButton.extend({ defaultProps: { 'aria-label': 'Close' } }),
    // Search is the one dialog without a heading; elsewhere the heading goes before this name.
    ModalContent: Modal.Content.extend({ defaultProps: { 'aria-label': 'Search' } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', position: 'bottom-end' } }),
    Paper: Paper.extend({ defaultProps: { radius: 'lg' } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: 'xs', fz: 'sm' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: false, fz: 'xs' } }),
  },
});

/** Each outcome's colour as a CSS variable, so that a badge, a mark and a bar have the chart's. */
const outcomesOf = (scheme: Scheme) =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcomeVariable(outcome), outcomeColours[scheme][outcome]]));

/** Notices and quiet buttons wear the tones of the badges; Mantine's own are translucent and miss 4.5:1. */
const soft = {
  '--mantine-color-error': 'var(--gh-bad)',
  '--mantine-color-red-light': 'var(--gh-bad-soft)',
  '--mantine-color-red-light-hover': 'var(--gh-bad-soft)',
  '--mantine-color-red-light-color': 'var(--gh-bad)',
  '--mantine-color-yellow-light': 'var(--gh-warn-soft)',
  '--mantine-color-yellow-light-hover': 'var(--gh-warn-soft)',
  '--mantine-color-yellow-light-color': 'var(--gh-warn)',
  '--mantine-color-gray-light': 'var(--gh-quiet-soft)',
  '--mantine-color-harbour-light-color': 'var(--gh-accent-text)',
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...soft, ...outcomesOf('light') },
  dark: { ...soft, ...outcomesOf('dark') },
});
