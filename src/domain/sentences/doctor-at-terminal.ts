/**
 * What `carillon doctor` says of the machine that it is called on, of Postgres and Temporal themselves, and of all operators together. The
 * API asks none of that, so that these are said at terminals alone, in English: programs that read `doctor --json` have their codes.
 */
export const doctorAtTerminalSentences = {
  doctorSettings: "operator '{operator}', data in {home}",
  doctorSettingsOfApi: 'by way of the API: what is on this machine does not matter',
  doctorCorrectVariables: 'correct these variables',
  doctorApi: '{url} answers, of the version {version:version}[[; this is {own:version}]]',
  doctorCorrectUrl: 'correct CARILLON_URL and CARILLON_TOKEN, or look where it runs',
  doctorRestoreRing: 'put the file back as it was: docs/encryption.md has its form',
  doctorNotRunning: 'not running here',
  doctorStart: 'start it with `npm start`, or set TEMPORAL_ADDRESS and DATABASE_URL',

  doctorInstallNode: 'install Node {version:version} or newer (https://nodejs.org)',
  doctorNoCliNeeded: 'not needed: TEMPORAL_ADDRESS is set',
  doctorNoCliYet: 'none here yet: `npm start` downloads one, or builds it with Go (that takes minutes)',
  doctorCorrectCli: 'correct or unset CARILLON_TEMPORAL_CLI',
  doctorPortsInUse: 'in use by this Carillon (process {pid:number})',
  doctorNoPortsNeeded: 'not needed: TEMPORAL_ADDRESS and DATABASE_URL are set',
  doctorPortsFree: 'free: {ports}',
  doctorFreePort: 'free the port, or choose another one with the variable',

  doctorKeyAtStart: '`npm start` makes a key at its first start',
  doctorNoKeyHere: 'CARILLON_ENCRYPTION_KEY is not set here',
  doctorKeyRing: 'key ring in {place}: {current}[[ encrypts, {older} open]]',
  doctorRightKey: 'it is the key to what is stored[[ (fingerprint {key})]]',
  doctorKeyMissing: 'what is stored is encrypted, and no key is set here',
  doctorSetKeyOfWorkers: 'set CARILLON_ENCRYPTION_KEY to the key that the workers have',
  doctorWrongKey:
    'what is stored was not encrypted with this key (fingerprint {key}): no worker starts with it',
  doctorNothingStored: 'nothing is stored under a key yet',
  doctorKeysInClear: 'WhatsApp keys are stored unencrypted in your Postgres',
  doctorSetKeyOfAll: 'set CARILLON_ENCRYPTION_KEY for every worker (`openssl rand -base64 32`)',
  doctorSecretUnreadable:
    'the secret of endpoint {endpoint} was stored under another encryption key: nothing is delivered to it',
  doctorRenewEndpoint: 'carillon webhook remove {endpoint}, and add it again: it gets a new secret',
  doctorUnreadable:
    '{unreadable:number} of {looked:number} values of {place} that were looked at do not open: {why}',
  doctorPutKeysBack:
    '`carillon keys list` names the keys that are needed: put them back into the ring; if they are lost, see "The encryption key is lost" in docs/runbook.md',

  phraseDoctorTls: 'over TLS',
  phraseDoctorNoTls: 'not encrypted: whoever is on the way can read it ({setting})',
  doctorPostgres: 'reachable, version {version}[[, {how:sentence}]][[, and {trouble:sentence}]]',
  phraseDoctorStandby: 'a standby: it takes no writes, so nothing is sent',
  phraseDoctorReadOnly: 'set to read only: it takes no writes, so nothing is sent',
  doctorPromote: 'let DATABASE_URL lead to the primary, or promote this one: workers find it by themselves',
  doctorLiftReadOnly:
    'lift default_transaction_read_only (server, database or role): workers go on by themselves',
  doctorCorrectDatabase: 'start Carillon with `npm start`, or correct DATABASE_URL',
  doctorNoTables: 'no tables yet',
  doctorNotMigrated: 'migrations not applied: {names}',
  doctorMigrate: 'start a worker of this version (`npm start`): it applies them',
  doctorNewerMigrations: 'migrations of a newer version: {names}',
  doctorRunNewer: 'run that version of Carillon, or a newer one',
  doctorMigrated: '{count:counted migration} applied',

  doctorTemporal: 'reachable at {address}[[, {how:sentence}]]',
  doctorMakeNamespace:
    'create it (temporal operator namespace create --namespace {namespace}), or correct TEMPORAL_NAMESPACE',
  doctorAttributes: 'all search attributes are registered',
  doctorNoAttributes: 'not registered: {names}',
  doctorRegister: '`npm start` registers them, or names the commands for it',
  doctorNpmStart: 'start one with `npm start`; it is seen at once',
  doctorTemporalAway: 'Temporal cannot be reached at {address} ({why})',
  doctorStartTemporal:
    'Start it, or set TEMPORAL_ADDRESS to where it runs. Without TEMPORAL_ADDRESS, `npm start` brings one of its own.',
  doctorTemporalNoTls: 'There is no TLS with Temporal at {address} ({why})',
  doctorNotTemporalOverTls: 'What answers at {address} does not answer as Temporal over TLS ({why})',
  doctorNotTemporal: 'What answers at {address} does not answer as Temporal without TLS ({why})',
  doctorCorrectAddress: 'Correct TEMPORAL_ADDRESS, TEMPORAL_TLS or TEMPORAL_TLS_SERVER_NAME.',
  doctorSetTls:
    'Where it asks for TLS, set TEMPORAL_TLS and its certificates; else correct TEMPORAL_ADDRESS.',
  doctorSetClientCertificate:
    'It refuses us: set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH to a certificate that it takes.',
  doctorSetServerName:
    'Its certificate is that of another host: set TEMPORAL_TLS_SERVER_NAME to the name that it is for.',
  doctorSetServerCa: "Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of who issued the server's.",
  doctorNoTls: 'Where it has none, set TEMPORAL_TLS to false.',

  doctorAllGetOn: 'all get on',
  doctorTasksFail: "the tasks of '{workflow}' keep failing: it does nothing and hears nothing",
  doctorTerminate:
    "look for it in the worker's log. What it knows is in Postgres, so it may be terminated and made anew: temporal workflow terminate --workflow-id '{workflow}', then carillon reconcile",
  doctorActivityFails:
    "'{activity}' of '{workflow}' fails since {since:instant} ({why}, attempt {attempt:number})",
  doctorMendCause:
    "nothing behind it is done: look for it in the worker's log and mend the cause, it is tried again by itself",

  doctorReconcileBusy: 'another reconcile is under way',
  doctorInStep: '{checked:number} reminders, runs, accounts and webhooks, all in Temporal and none late',
  doctorGone: 'gone from Temporal, and nothing more comes of them: {what}',
  doctorReconcileGone:
    'carillon reconcile starts them again, from what Postgres knows; where a worker runs, that happens by itself every few minutes',
  doctorLate: '{count:counted reminder} should have acted by now, and did not',
  doctorReconcileLate: 'see that a worker runs and gets on (above); carillon reconcile makes them look again',
  doctorProblem: "'{workflow}': {problem}",
} as const
