/** What is accepted, and may not be what was meant. */
export const warningSentences = {
  accountPaused: "account '{account}' is paused: nothing is sent until `carillon account resume {account}`",
  accountNotLinked: "account '{account}' is not linked ({state:word}): `carillon account pair {account}`",
  noGroupsRead:
    "the groups of account '{account}' were not all read from WhatsApp yet: there may be more, and it waits until they are",
  cannotPostTo: "nothing can be sent to '{name}': {why:sentence}",
  phraseCommunity: 'a community: write to its announcement group',
  phraseAdminsOnly: 'only admins may write',
  phraseSuspended: 'suspended by WhatsApp',
  hasMoved:
    "'{person}' has another number now, as WhatsApp says: the message goes to the person who had this one",
  keyOfEnded:
    "the key '{key}' belongs to a reminder that is over ({state:word}): nothing would be sent; use another key",
  keyOfOther:
    "the key '{key}' belongs to a reminder that exists ({state:word}): with another definition it would be refused",
  isOver: 'it is over ({state:word}): nothing is sent',
  isPaused: 'it is paused: nothing is sent until it is resumed',
  firesAtOnce: 'it was due {ago:duration} ago: it fires at once',
  nobodyOnWhatsApp: 'nobody would get it: none of its recipients is on WhatsApp',
  nobodyInGroups:
    "account '{account}' is in no group that is known: nobody would get it (`carillon groups list`)",
  windowTooLate:
    '{at:moment} is outside of its window: that opens {opens:moment}, when its time to deliver is over',
  windowOpensLater: '{at:moment} is outside of its window: it begins when that opens, {opens:moment}',
  windowTooShort:
    'its window is shorter than the run: of {sends:number} messages at {limit:number} a minute not all go out in the {open:duration} that it is open; the rest waits until it opens again',
  overDailyCap:
    "account '{account}' may send {cap:number} messages in 24 hours, and this has {sends:number}: what is over the cap waits, with the account held by it",
  expiresUnsent:
    '{count:number} of {sends:number} messages would expire unsent, {after:duration} after its time; give a longer `deliverWithin`, or a wider window',
  collides:
    "reminder '{other}' of account '{account}' is due at {at:moment}[[ (and {more:number} more of the times shown)]][[, and sending this takes about {takes:duration}]]: one of them waits for the other",
  collidesMore:
    'the account has more reminders: the {count:number} that fire first were looked at for collisions',
  sameAsOther: 'it is the same as reminders[{index:number}]: they are one reminder',
  sameRecipient: '{field} is the same recipient as {other}: it gets the message once',
  groupNotKnown: "{field} is a group that account '{account}' was not a member of when it last looked",
  literalBreak:
    "{field}: it has a backslash and an n (\\n), which is sent as these two characters. For a new line, give a real one: $'one\\ntwo' in bash, or a file with -f.",
  stepsTogether: '{steps} fall on the same time, {at:moment}: the parts of each are sent one after the other',
  stepPast: '{step} is not sent: its time, {at:moment}, is past',
  stepsPast: '{steps} are not sent: their time, {at:moment}, is past',
  nothingLeftOutOn: 'there is nothing to leave out on {day}',
  nothingLeftOutAt: 'there is nothing to leave out at {times}',
  startNoOccurrence: 'DTSTART, {start}, does not match the rule, so nothing is sent then',
} as const
