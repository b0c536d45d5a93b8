// Before the first paint, so that nobody who works in the dark is flashed at.
const chosen = localStorage.getItem('carillon-theme')
const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.dataset.mantineColorScheme = isDark ? 'dark' : 'light'
