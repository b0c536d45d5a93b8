/** What the console answers at: its router knows the rest. Everything else is of the API, or not there. */
export const consoleSections = [
  'accounts',
  'activity',
  'calendar',
  'import-export',
  'inbox',
  'reminders',
  'runs',
  'settings',
  'sign-in',
  'start',
  'telegram',
  'tokens',
  'webhooks',
] as const
