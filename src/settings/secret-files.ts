import { ConfigError } from './config-error.js'
import { readNamedFile } from './named-file.js'

/**
 * The variables whose values are secrets: no error repeats them, and each may be in a file instead, which the variable
 * `<name>_FILE` names.
 */
export const secretNames = [
  'DATABASE_URL',
  'CARILLON_ENCRYPTION_KEY',
  'CRON_SECRET',
  'CARILLON_TOKEN',
  'CARILLON_BOT_TOKEN',
  'TEMPORAL_API_KEY',
  // Of the programs of src/deploy.
  'POSTGRES_ADMIN_URL',
  'TEMPORAL_DB_PASSWORD',
  'CARILLON_DB_PASSWORD',
] as const

export function isSecret(name: string): boolean {
  return (secretNames as readonly string[]).includes(name)
}

export const fileVariableOf = (name: string): string => `${name}_FILE`

/**
 * The environment with the secrets that are in files, and what is wrong with those. Empty is not set: a Compose file
 * passes on what is not set as an empty text.
 */
export function withSecretFiles(environment: NodeJS.ProcessEnv): {
  environment: NodeJS.ProcessEnv
  problems: string[]
} {
  const read: NodeJS.ProcessEnv = {}
  const problems: string[] = []
  for (const name of secretNames) {
    const path = environment[fileVariableOf(name)]
    if (path === undefined || path === '') continue
    try {
      if (environment[name])
        throw new ConfigError(`${name} and ${fileVariableOf(name)} are both set: set one.`)
      read[name] = secretIn(fileVariableOf(name), path)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(error.message)
    }
  }
  return { environment: { ...environment, ...read }, problems }
}

function secretIn(setting: string, path: string): string {
  // Editors and `echo` end a file with a line break, which no secret of ours has.
  const text = readNamedFile(setting, path)
    .toString('utf8')
    .replace(/[\r\n]+$/, '')
  if (text === '') throw new ConfigError(`${setting}: the file is empty: '${path}'`)
  // A byte that is none of UTF-8, or one that no variable could have.
  if (/[\0\uFFFD]/.test(text)) throw new ConfigError(`${setting}: the file is no text in UTF-8: '${path}'`)
  return text
}
