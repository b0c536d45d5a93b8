import type { warningSentences } from '../../../../../src/domain/sentences/warnings.js'
import type { TextsOf } from '../../sentence-texts.js'
import { capital, counted, placeOf, stateWord } from './words.js'

export const warnings: TextsOf<typeof warningSentences> = {
  accountPaused: ({ account }) =>
    `The account “${account}” is paused: nothing is sent until you press “Resume sending” in Accounts.`,
  accountNotLinked: ({ account, state }) =>
    `The account “${account}” cannot send (${stateWord(state)}). Open Accounts: it says what to do.`,
  noGroupsRead: ({ account }) =>
    `The groups of “${account}” have not all been read from WhatsApp yet: there may be more, and it waits until they are.`,
  cannotPostTo: ({ name, why }, { say }) => `Nothing can be sent to “${name}”: ${say(why)}.`,
  phraseCommunity: 'it is a community, whose announcement group takes messages',
  phraseAdminsOnly: 'only admins may write',
  phraseSuspended: 'it is suspended by WhatsApp',
  hasMoved: ({ person }) =>
    `“${person}” has another number now, as WhatsApp says: the message goes to the person who had this one.`,
  keyOfEnded: ({ key, state }) =>
    `The name “${key}” belongs to a reminder that is over (${stateWord(state)}): nothing would be sent. Use another name.`,
  keyOfOther: ({ key, state }) =>
    `The name “${key}” belongs to a reminder that there is already (${stateWord(state)}): with other content it would be refused.`,
  isOver: ({ state }) => `It is over (${stateWord(state)}): nothing is sent.`,
  isPaused: 'It is paused: nothing is sent until you resume it.',
  firesAtOnce: ({ ago }, { duration }) => `It was due ${duration(ago)} ago, and is sent at once.`,
  nobodyOnWhatsApp: 'Nobody would get it: none of its recipients is on WhatsApp.',
  nobodyInGroups: ({ account }) => `Nobody would get it: no group of the account “${account}” is known.`,
  windowTooLate: ({ at, opens }, { moment }) =>
    `${moment(at)} is outside its hours. They begin ${moment(opens)}, when its time to deliver is over.`,
  windowOpensLater: ({ at, opens }, { moment }) =>
    `${moment(at)} is outside its hours. It is sent when they begin, ${moment(opens)}.`,
  windowTooShort: ({ sends, limit, open }, { number, duration }) =>
    `Its hours are too short: of ${counted(sends, 'message', number(sends))} at ${number(limit)} a minute, not all go out in ${duration(open)}. The rest waits until they begin again.`,
  overDailyCap: ({ account, cap, sends }, { number }) =>
    `The account “${account}” may send ${counted(cap, 'message', number(cap))} in 24 hours, and this has ${number(sends)}: those above that wait, and the account with them.`,
  expiresUnsent: ({ count, sends, after }, { number, duration }) =>
    `${number(count)} of ${number(sends)} messages would expire unsent, ${duration(after)} after its time: give it more time to deliver, or wider hours.`,
  collides: ({ other, account, at, more, takes }, { moment, number, duration }) =>
    [
      `The reminder “${other}” of “${account}” is due ${moment(at)}`,
      more === undefined ? '' : ` (and at ${number(more)} more of the times shown)`,
      takes === undefined ? '' : `, and this one takes about ${duration(takes)}`,
      ': one of them waits for the other.',
    ].join(''),
  collidesMore: ({ count }, { number }) =>
    `The account has more reminders. Only the ${number(count)} that are due first were looked at.`,
  // Of a file, `index` is the line (`look.ts`).
  sameAsOther: ({ index }) => `It is the same as the one on line ${index}: both are one reminder.`,
  sameRecipient: ({ field, other }) =>
    `${capital(placeOf(field))} is the same as ${placeOf(other)}, and gets the message once.`,
  groupNotKnown: ({ field, account }) =>
    `${capital(placeOf(field))} is a group in which “${account}” was not any more when it last looked.`,
  literalBreak: ({ field }) =>
    `${capital(placeOf(field))}: there is a backslash and an n (\\n), and it is sent like that. For a new line, press Enter.`,
  stepsTogether: ({ steps, at }, { moment }) =>
    `${capital(placeOf(steps))} fall on the same time, ${moment(at)}: their messages are sent one after the other.`,
  stepPast: ({ step, at }, { moment }) =>
    `${capital(placeOf(step))} is not sent: its time, ${moment(at)}, is past.`,
  stepsPast: ({ steps, at }, { moment }) =>
    `${capital(placeOf(steps))} are not sent: their time, ${moment(at)}, is past.`,
  nothingLeftOutOn: ({ day }) => `There is nothing to leave out on ${day}.`,
  nothingLeftOutAt: ({ times }) => `There is nothing to leave out at ${times.replaceAll('T', ' ')}.`,
  startNoOccurrence: ({ start }) =>
    `DTSTART, ${start.replace('T', ' ')}, does not fit the rule, so nothing is sent then.`,
}
