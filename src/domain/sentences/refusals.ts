/** Why a request is refused as a whole. */
export const refusalSentences = {
  noReminder: "There is no reminder '{key}'. See `carillon reminder list`.",
  noReminderKey: "There is no reminder with the key '{key}'. Create it with `carillon reminder create`.",
  noSuchReminder: 'There is no such reminder: this is not a key. See `carillon reminder list`.',
  reminderOver:
    "Reminder '{key}' is over ({how}): there is nothing to {what}. `carillon reminder clone {key} --key <new>` makes another one of it.",
  reminderIsOver: "The reminder '{key}' is over ({state:word}): there is nothing to {what}.",
  reminderBeingCanceled: "The reminder '{key}' is being canceled.",
  reminderNotRunning:
    "Reminder '{key}' is {state:word}, and its workflow is not running in Temporal: it was terminated, or this is another Temporal than the one it was created in. Create it again with the same definition to go on.",
  keyHidden:
    "The key '{key}' belongs to a reminder of an account that this token is not for. Use another key.",
  keyUsed:
    "The key '{key}' was used before, and nothing is known of that reminder any more. Use another key.",
  nothingToCome: "Reminder '{key}' has no occurrence to come.",
  nothingMoreToCome: "The reminder '{key}' has no occurrence to come.",
  definitionChanged: "The reminder '{key}' was changed meanwhile: it has the definition {has}, not {not}.",
  occurrenceBegun: 'The occurrence of {at:instant} was begun already: nothing was moved.',
  occurrenceOver: 'The occurrence of {at:instant} is over already: nothing was moved.',
  noOccurrenceAt:
    "The calendar of the reminder '{key}' has nothing at {at:instant}: name an occurrence by the time that the calendar has. `carillon calendar` shows them.",
  tooManyMoved:
    "{most:number} occurrences of the reminder '{key}' are moved or left out already: edit its schedule instead.",
  accountGoneAdvice:
    "The account '{account}' of this reminder was removed. Give it another one with `carillon reminder edit <key> --account <id>`, or add '{account}' again, and resume it then.",
  noAnswerCreate:
    "No worker has answered within {seconds:number} s, so it is not known whether reminder '{key}' is scheduled. See that a worker runs (`carillon doctor`) and run the same command again: that never creates a second one.",
  noAnswerUpdate:
    'No worker has answered within {seconds:number} s, so it is not known whether the {update} is done. See that a worker runs (`carillon doctor`), then look with `carillon reminder show`.',
  noAnswerRetry:
    "No worker has answered within {seconds:number} s, so it is not known whether run '{run}' is sent to its failed targets again. See that a worker runs (`carillon doctor`) and look with `carillon run show` before you run the same command again.",
  noRun: "There is no run '{run}'. See `carillon run list`.",
  runOver: "Run '{run}' is over ({state:word}): there is nothing to {what}.",
  runNotRunning:
    "Run '{run}' is {state:word}, and its workflow is not running in Temporal: it was terminated, or this is another Temporal than the one it was created in.",
  runStillRunning: "Run '{run}' is still running ({state:word}): wait for its end, or cancel it.",
  runEnded: "The workflow of run '{run}' ended while it was asked: run the same command again.",
  noImage: "There is no image '{image}'. `carillon reminder show <key> --json` names those of a reminder.",
  noAccount: "There is no account '{account}'.[[ {hint:sentence}]]",
  phraseAddAccount: 'Add it with `carillon account add`.',
  phraseSeeAccounts: 'See `carillon account list`.',
  phraseYouHave: 'You have: {ids}.',
  accountGoneMeanwhile: "There is no account '{account}' any more.",
  accountTaken: "There is an account '{account}' already. Use another id.",
  accountBeingRemoved: "The account '{account}' is being removed: no device is linked to it.",
  accountBeingRemovedToo: "The account '{account}' is being removed, its device with it.",
  noQrCode:
    "There is no QR code of account '{account}' to show now: begin a pairing by QR code, or wait a moment for the first.",
  tokenNotTaken:
    'The API does not take this token: it is mistyped, revoked or over. Make another: carillon token create',
  noToken: 'There is no such token: give its name or its id. See `carillon token list`.',
  tokenTaken: "There is a token '{name}' already. Use another name, or revoke that one first.",
  noEndpoint: "There is no webhook endpoint '{id}'.[[ {hint:sentence}]]",
  phraseAddEndpoint: 'Add one with `carillon webhook add`.',
  endpointDisabled: "Endpoint '{id}' is disabled. Enable it with `carillon webhook enable {id}`.",
  noDelivery:
    "No event '{event}' went to endpoint '{id}', or it is older than 30 days and was purged. See `carillon webhook deliveries`.",
  noUpdate: "There is no update {id:number} of a bot '{bot}'. See `carillon inbox list`.",
  roleTooLow: 'This token is of the role {role}, and that takes the role {needed}. Use another token.',
  roleNeeded: "It needs a token with the role '{needed}', and this one has '{role}'.",
  tokenOfSome: 'This token is for some accounts only, and that concerns all of them. Use another token.',
  noSignIn: 'That is no token or link that can be used. Ask for another one.',
  signInsFailed: 'There were too many failed sign-ins. Try again in {seconds:number} s.',
  temporalAway: 'Temporal cannot be reached. See whether it runs with `carillon doctor`.',
  notInTime: 'It was not done within {seconds:number} s, and may still be: look before you ask again.',
  postgresAway:
    'Postgres cannot be reached ({why}). Start Carillon with `npm start`, or set DATABASE_URL to where it runs.',
  postgresRestarts:
    'Postgres is being stopped or restarted. Try again in a moment; `carillon doctor` says whether it is back.',
  postgresCrashed:
    'Postgres crashed and restarts. Try again in a moment; `carillon doctor` says whether it is back.',
  postgresStarts:
    'Postgres is starting or stopping. Try again in a moment; `carillon doctor` says whether it is back.',
  postgresDiskFull: 'The disk of Postgres is full. Nothing was stored: make room on it.',
  secretsOfOtherKey:
    'What is secret here is stored encrypted, and so is {what:sentence}: set CARILLON_ENCRYPTION_KEY to the key that the workers have.',
  phraseBotToken: 'the token of a bot',
  phraseEndpointSecret: 'the secret of an endpoint',
  phraseProxyUrl: 'the URL of a proxy',
  receiptAltered: "The receipt of run '{run}' was altered. See `carillon audit verify`.",
  receiptGone: "The receipt of run '{run}' is not there any more. See `carillon audit verify`.",
  noReceiptThen: "Run '{run}' ended before there were receipts.",
  eventGone: 'The event is gone: its endpoint was removed meanwhile.',
  keyReused: 'This Idempotency-Key was used for another request: use a new one for each request.',
  bodyTooLarge: 'The body has more than {bytes:number} bytes, which is the most here.',
  failed: 'It failed, and the log says where, under the id of this request.',
} as const
