/**
 * What `carillon doctor` finds of what all have in common and of one operator, and what to do about it. All of these have `doctor` in their
 * codes: they are read only where the doctor speaks, and the console has their words beside the page that shows them.
 */
export const doctorSentences = {
  doctorNotLookedAt: 'this could not be looked at: {why}',

  doctorZoneData:
    '{version:version}, brought by Carillon[[ (Node has {newer:version}: zones whose rules changed since may be an hour off until Carillon brings it too)]]',
  doctorNoWorkerSeen: 'no worker was seen in the last minutes',
  doctorZonesOfWorkers: '{version:version} on {workers:counted worker}',
  doctorZonesDiffer:
    '{workers:sentence}, {own:version} here: zones whose rules changed in between may be an hour off',
  phraseDoctorList: '{one:sentence}, {more:sentence}',
  doctorSameVersion:
    'run the same version of Carillon everywhere; a worker that was replaced is forgotten after 3 minutes',

  doctorClockAgrees: 'agrees with that of Postgres',
  doctorClockAhead: "this machine's is {off:duration} ahead of that of Postgres",
  doctorClockBehind: "this machine's is {off:duration} behind that of Postgres",
  doctorSetClocks:
    'set both by NTP: times such as "in 5 minutes" are counted from here, and windows and deadlines there',

  doctorStoredInClear: 'what is personal or secret is stored in clear',
  doctorSetKey: 'set CARILLON_ENCRYPTION_KEY for every worker and the API (`openssl rand -base64 32`)',
  doctorStoredUnderOther: 'what is stored was not encrypted with the key of the API (fingerprint {key})',
  doctorSetRightKey:
    'set the key that it was encrypted with; if that is lost, see "The encryption key is lost" in docs/runbook.md',
  doctorStoredUnder: 'what is personal or secret is stored under the key {key}',
  doctorRotation:
    'a rotation to {key} is under way: {percent:number} % of pass {pass:number}, {rows:number} rows',
  doctorRotationElsewhere: 'a rotation to the key {key} is under way, and here {current} is the current one',
  doctorGiveRing: 'give every process the ring in which that key is the first',

  doctorPolled: "polls the queue '{queue}'",
  doctorNotPolled: "none polls the queue '{queue}'",
  doctorStartWorker: 'start one; it is seen at once',

  doctorNoAccounts: 'none yet: carillon account add <id>',
  doctorAccount: "'{account}' is {state:word}[[ until {until:instant}]]",
  doctorAccountToBeRemoved: "'{account}' is {state:word}, to be removed",
  doctorAccountToBeUnlinked: "'{account}' is {state:word}, to be unlinked",
  doctorAccountPaused: "'{account}' is {state:word}, paused",
  doctorAccountGroupsOnly: "'{account}' is {state:word}, but no messages to people until {until:instant}",
  doctorWaitRemoved: 'wait: it is removed by itself while a worker runs',
  doctorWaitUnlinked: 'wait: it is unlinked by itself while a worker runs',
  doctorWaitConnects: 'wait: it connects by itself while a worker runs',
  doctorResumeAccount: '{reason:sentence}; carillon account resume {account}',
  doctorPairAccount: 'carillon account pair {account}',
  doctorSeeAccounts: 'carillon account list',

  doctorInNoGroups: "'{account}' is in no groups, read {at:instant}",
  doctorInGroups: "'{account}' is in {groups:counted group}, read {at:instant}",
  doctorGroupsNotRead:
    "those of '{account}' were not read yet ({groups:counted group} known)[[: {failed:sentence}]]. Runs to all groups wait[[ ({waiting:number} now)]]",
  doctorGroupsUnreadable: "those of '{account}' can't be read since {since:instant}[[: {failed:sentence}]]",
  doctorRefreshGroups:
    '[[it is tried again at {at:instant}; ]]at once with `carillon groups refresh {account}`',
  phraseDoctorAskedTooOften: 'WhatsApp refuses to list them for now, since it was asked too often (429)',
  phraseDoctorNotListedNow: 'WhatsApp could not list them just now',
  phraseDoctorNoAnswer: 'WhatsApp did not answer',
  phraseDoctorNotStored: 'Postgres could not store them',
  phraseDoctorNotListed: 'WhatsApp refused to list them ({failure})',

  doctorRunWaits:
    "1 run waits for account '{account}'[[, which {holder} has]][[; nobody has looked at that queue since {since:instant}]]",
  doctorRunsWait:
    "{runs:number} runs wait for account '{account}'[[, which {holder} has]][[; nobody has looked at that queue since {since:instant}]]",
  doctorServeQueue:
    'start a worker if none is up; else terminate the workflow {workflow} in Temporal: the next run that asks, within 15 minutes, starts it anew',

  doctorBot: "'{bot}': {waiting:sentence}[[; {dead:sentence}]]",
  phraseDoctorNoUpdate: 'no update waits',
  phraseDoctorUpdate: '1 update waits[[, since {age:rough}]]',
  phraseDoctorUpdates: '{count:number} updates wait[[, the oldest since {age:rough}]]',
  phraseDoctorManyUpdates: '{count:number} or more updates wait[[, the oldest since {age:rough}]]',
  phraseDoctorOneDead: '1 is dead',
  phraseDoctorDead: '{count:number} are dead',
  phraseDoctorManyDead: '{count:number} or more are dead',
  doctorSeeWaiting:
    '`carillon inbox list --bot {bot} --state waiting` says whether they are tried again, and `carillon inbox show` why; where nothing is tried, see that a worker runs',
  doctorSeeDead:
    '`carillon inbox list --bot {bot} --state dead` says which are dead, and `carillon inbox show` why; then `carillon inbox redrive {bot} --all`',
  doctorSeeWaitingAndDead:
    '`carillon inbox list --bot {bot} --state waiting` says whether they are tried again, and `carillon inbox show` why; where nothing is tried, see that a worker runs; `carillon inbox list --bot {bot} --state dead` says which are dead, and `carillon inbox show` why; then `carillon inbox redrive {bot} --all`',

  doctorReceipts:
    '{rows:number} rows in the chain; {backlog:sentence}[[, the oldest since {age:rough}]][[; {trouble:sentence}]]',
  phraseDoctorNoneMissing: 'none is missing',
  phraseDoctorToBeWritten: '{count:number} to be written',
  phraseDoctorManyToBeWritten: '{count:number} or more to be written',
  phraseDoctorSchedulePaused: 'the schedule that writes them ({schedule}) is paused',
  phraseDoctorNoSchedule: 'there is no schedule that writes them ({schedule})',
  doctorSeeReceipts:
    'see that a worker runs, and what the last runs of the schedule {schedule} say in Temporal',
  doctorUnpauseSchedule: 'temporal schedule toggle --unpause --schedule-id {schedule}',
  doctorReconcile: 'carillon reconcile',

  doctorWebhook: "'{endpoint}' is active[[; events that wait for it: {waiting:number}]]",
  doctorWebhookDisabled:
    "'{endpoint}' is disabled: {reason:sentence}[[; events that wait for it: {waiting:number}]]",
  doctorWebhookFailing:
    "'{endpoint}' is in back-off: {failures:number} tries failed in a row since {since:relative}, the last with {last}; tried next {next:relative}[[; events that wait for it: {waiting:number}]]",
  doctorEnableWebhook: 'carillon webhook enable {endpoint}',
  doctorMendWebhook:
    'mend what answers there, and see: carillon webhook test {endpoint} (or, to deliver at once: carillon webhook enable {endpoint})',
  doctorHandedOver: 'events are handed over to Temporal',
  doctorNotHandedOver: "nothing hands events over: the workflow '{workflow}' does not run",
  doctorStartRelay:
    'start it with `carillon reconcile`; where a worker runs, that happens by itself every few minutes',
} as const
