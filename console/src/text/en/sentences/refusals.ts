import type { refusalSentences } from '../../../../../src/domain/sentences/refusals.js'
import type { TextsOf } from '../../sentence-texts.js'
import { stateWord } from './words.js'

const tell = 'Tell whoever runs Carillon.'
const soon = 'Try again in a moment.'
const look = 'See whether all is well in Settings, and then whether it was done.'
const notAllowed = 'You may not do that here. An owner can make you a token that may more.'

export const refusals: Partial<TextsOf<typeof refusalSentences>> = {
  noReminder: ({ key }) => `There is no reminder “${key}”.`,
  noReminderKey: ({ key }) => `There is no reminder “${key}”.`,
  noSuchReminder: 'There is no such reminder.',
  reminderOver: ({ key }) => `The reminder “${key}” is over. “Make another like it” makes a new one of it.`,
  reminderIsOver: ({ key, state }) => `The reminder “${key}” is over (${stateWord(state)}).`,
  reminderBeingCanceled: ({ key }) => `The reminder “${key}” is being ended.`,
  reminderNotRunning: ({ key }) =>
    `Nothing runs for the reminder “${key}” in Temporal: it was ended there, or this is another Temporal. Create it again with the same content, and it goes on.`,
  keyHidden: ({ key }) =>
    `The name “${key}” belongs to a reminder of an account that you are not signed in for. Use another name.`,
  keyUsed: ({ key }) =>
    `The name “${key}” was used before, and nothing is known of that reminder any more. Use another name.`,
  nothingToCome: ({ key }) => `The reminder “${key}” has nothing to come.`,
  nothingMoreToCome: ({ key }) => `The reminder “${key}” has nothing to come.`,
  definitionChanged: ({ key }) => `The reminder “${key}” was changed meanwhile.`,
  occurrenceBegun: ({ at }, { instant }) => `That of ${instant(at)} was begun already: nothing was moved.`,
  occurrenceOver: ({ at }, { instant }) => `That of ${instant(at)} is over already: nothing was moved.`,
  noOccurrenceAt: ({ key, at }, { instant }) =>
    `The reminder “${key}” is not due ${instant(at)}. Look in the Calendar when it is.`,
  tooManyMoved: ({ key, most }, { number }) =>
    `${number(most)} times of the reminder “${key}” are moved or left out already. Change when it is sent instead.`,
  accountGoneAdvice: ({ account }) =>
    `The account “${account}” of this reminder was removed. Give it another one, or add “${account}” again, and resume it then.`,
  noAnswerCreate: ({ seconds, key }, { number }) =>
    `No worker has answered within ${number(seconds)} s, so it is not known whether the reminder “${key}” is set. Save it once more: that never makes a second one.`,
  noAnswerUpdate: ({ seconds }, { number }) =>
    `No worker has answered within ${number(seconds)} s, so it is not known whether it was done. ${look}`,
  noAnswerRetry: ({ seconds }, { number }) =>
    `No worker has answered within ${number(seconds)} s, so it is not known whether it is sent to the failed again. ${look}`,
  noRun: 'There is no such run.',
  runOver: ({ state }) => `This run is over (${stateWord(state)}).`,
  runNotRunning: 'Nothing runs for this run in Temporal: it was ended there, or this is another Temporal.',
  runStillRunning: ({ state }) =>
    `This run is still under way (${stateWord(state)}). Wait for its end, or stop it.`,
  runEnded: `This run ended just when it was asked. ${soon}`,
  noImage: 'There is no such image.',
  noAccount: ({ account, hint }, { say }) =>
    `There is no account “${account}”.${hint === undefined ? '' : ` ${say(hint)}`}`,
  phraseAddAccount: 'Add it in Accounts.',
  phraseSeeAccounts: 'Accounts shows all of them.',
  phraseYouHave: ({ ids }) => `There are: ${ids}.`,
  accountGoneMeanwhile: ({ account }) => `There is no account “${account}” any more.`,
  accountTaken: ({ account }) => `There is an account “${account}” already. Choose another name.`,
  accountBeingRemoved: ({ account }) =>
    `The account “${account}” is being removed: no phone is linked to it.`,
  accountBeingRemovedToo: ({ account }) =>
    `The account “${account}” is being removed, and its device with it.`,
  noQrCode: ({ account }) =>
    `There is no code to scan for “${account}” just now. Wait a moment, or press “Show a new code”.`,
  tokenNotTaken: 'You are not signed in any more. Sign in again to go on.',
  noToken: 'There is no such token.',
  tokenTaken: ({ name }) => `There is a token “${name}” already. Use another name, or revoke that one first.`,
  noEndpoint: ({ hint }, { say }) => `There is no such webhook.${hint === undefined ? '' : ` ${say(hint)}`}`,
  phraseAddEndpoint: 'Add one in Webhooks.',
  endpointDisabled: 'This webhook is switched off. Press “Switch on again”.',
  noDelivery: 'This event is older than 30 days and gone.',
  noUpdate: ({ bot }) => `There is no such message to the bot “${bot}”.`,
  roleTooLow: notAllowed,
  roleNeeded: notAllowed,
  signInsFailed: ({ seconds }, { duration }) =>
    `There were too many failed sign-ins. Try again in ${duration(seconds * 1_000)}.`,
  temporalAway: `Temporal cannot be reached. ${tell}`,
  postgresAway: ({ why }) => `Postgres cannot be reached (${why}). ${tell}`,
  postgresRestarts: `Postgres is being stopped or restarted. ${soon}`,
  postgresCrashed: `Postgres has crashed and restarts. ${soon}`,
  postgresStarts: `Postgres is starting or stopping. ${soon}`,
  postgresDiskFull: `The disk of Postgres is full. Nothing was saved. ${tell}`,
  secretsOfOtherKey: ({ what }, { say }) =>
    `What is secret is stored encrypted, and so is ${say(what)}. ${tell} It needs the encryption key that the workers have.`,
  phraseBotToken: 'the token of a bot',
  phraseEndpointSecret: 'the secret of a webhook',
  phraseProxyUrl: 'the address of a proxy',
  receiptAltered: 'The receipt of this run was altered. Verify the whole record in Activity.',
  receiptGone: 'The receipt of this run is not there any more. Verify the whole record in Activity.',
  noReceiptThen: 'There were no receipts yet when this run ended.',
  eventGone: 'This event is gone: its webhook was removed meanwhile.',
  keyReused: `This was asked for once before, and was something else then. ${soon}`,
  bodyTooLarge: ({ bytes }, { number }) => `This is too large: ${number(bytes)} bytes are the most.`,
  failed: `This has failed. ${tell} The log says where.`,
}
