export const overview = {
  title: 'Overview',
  today: 'Today',
  todayEmpty: 'Nothing is due today.',
  nextOn: (day: string) => `Next: ${day}`,
  underWay: 'Being sent now',
  attention: 'Wants a look',
  allWell: 'Everything is well.',
  notReached: (count: number, text: string, all: string) =>
    count === 1 ? `1 of ${all} has not got it` : `${text} of ${all} have not got it`,
  runMissed: 'It was due while nothing could be sent, and was not sent at all.',
  accounts: 'Accounts',
  noAccounts: 'No phone is linked yet.',
  perHour: 'Sent per hour',
  perHourEmpty: 'Nothing was sent in the last 24 hours.',
  perHourSum: (all: string, most: string, at: string) =>
    `${all} in 24 hours. The most in one of them: ${most}, from ${at}.`,
  hour: 'From',
  sent: 'Messages',
  messages: (count: number, text: string) => (count === 1 ? '1 message' : `${text} messages`),
  allAccounts: 'All accounts',
  asTable: 'As a table',
  asChart: 'As a chart',
  scheduled: 'Still to come today',
  running: 'Being sent',
  done: 'Done today',
  nowLine: 'now',
}

export const start = {
  title: 'Welcome to Carillon',
  lead: 'Four steps, and your first reminder is on its way.',
  steps: { link: 'Link a phone', write: 'Write', check: 'Check', done: 'Done' },
  linkLead:
    'Reminders are sent from the WhatsApp of a phone. It stays your phone: Carillon is a linked device, like WhatsApp Web.',
  linked: (id: string, groups: string) => `“${id}” is linked, with ${groups}.`,
  groupsComing: 'Its groups are being read from WhatsApp …',
  writeIt: 'Write your first reminder',
  later: 'Look around first',
  step: (number: number, all: number) => `Step ${number} of ${all}`,
}
