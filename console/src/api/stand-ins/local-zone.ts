/** Of the browser: that of all times where none is given. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
