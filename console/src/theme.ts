import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

/** The green of old bells: what can be done, and what is well. White on 7 has 5.9 : 1. */
const verdigris: MantineColorsTuple = [
  '#ecf8f5',
  '#d3efe8',
  '#a6ded1',
  '#74cab7',
  '#47b59e',
  '#249d85',
  '#118571',
  '#0b6f5f',
  '#09594d',
  '#07463d',
]

/** The metal of new ones: what is under way, and what wants a look. */
const brass: MantineColorsTuple = [
  '#fdf6e7',
  '#f9e8c4',
  '#f2d08a',
  '#e9b54d',
  '#d99a22',
  '#bd8012',
  '#9a660b',
  '#7d5209',
  '#634108',
  '#4b3106',
]

/** What failed, and what cannot be taken back. White on 7 has 6.5 : 1. */
const red: MantineColorsTuple = [
  '#fdeceb',
  '#f9d3d0',
  '#f3aaa5',
  '#ec7f78',
  '#e35850',
  '#d63c33',
  '#c42d25',
  '#b3261e',
  '#8f1d17',
  '#6e1612',
]

const gray: MantineColorsTuple = [
  '#f7f9f8',
  '#eff2f1',
  '#e2e7e5',
  '#cfd6d4',
  '#b0bab7',
  '#87938f',
  '#5b6764',
  '#434d4b',
  '#2c3533',
  '#171d1c',
]

const dark: MantineColorsTuple = [
  '#e4eae8',
  '#c3ccc9',
  '#9aa6a3',
  '#6b7774',
  '#45514e',
  '#2d3735',
  '#1c2423',
  '#151c1b',
  '#121817',
  '#0d1211',
]

/** DESIGN.md says what is meant by each of these. */
export const theme = createTheme({
  primaryColor: 'verdigris',
  primaryShade: { light: 7, dark: 7 },
  colors: { verdigris, brass, red, gray, dark },
  black: '#171d1c',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    "Inter, -apple-system, BlinkMacSystemFont, 'Segoe UI Variable Text', 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.45', lg: '1.4', xl: '1.3' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '1.25' },
      h2: { fontSize: '16px', lineHeight: '1.35' },
      h3: { fontSize: '14px', lineHeight: '1.4' },
    },
  },
})

/** Where Mantine's own are too faint: edges of controls have 3 : 1 on all that they stand on, and texts 4.5 : 1. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-default-border': '#7e8a86',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-6)',
    '--mantine-color-error': 'var(--mantine-color-red-7)',
  },
  dark: {
    '--mantine-color-default-border': '#76827f',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
    '--mantine-color-error': '#ff9c94',
  },
})
