import { setTimeout as delay } from 'node:timers/promises'
import { isGrpcServiceError, type Connection } from '@temporalio/client'
import { grpcAlreadyExists } from '../../grpc-codes.js'
import * as keys from '../../protocol/search-attributes.js'
import { messageOf, StackError } from '../errors.js'

/** Numbers of temporal.api.enums.v1.IndexedValueType, and the words of Temporal's command line. */
const types = { KEYWORD: { code: 2, word: 'Keyword' }, DATETIME: { code: 6, word: 'Datetime' } } as const

const searchAttributes = Object.values(keys).map(({ name, type }) => ({ name, ...types[type] }))

const registeredMs = 30_000

/** For `temporal server start-dev`. */
export function searchAttributeFlags(): string[] {
  return searchAttributes.flatMap(({ name, word }) => ['--search-attribute', `${name}=${word}`])
}

/**
 * Registers our search attributes where they are missing, and waits until the server knows them.
 * @throws StackError with the commands for an administrator when the server does not let us
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const deadline = Date.now() + registeredMs
  let missing = await findMissing(connection, namespace)
  if (missing.length > 0) await register(connection, namespace, missing)
  while (missing.length > 0) {
    if (Date.now() > deadline)
      throw new StackError(explain(namespace, missing, 'they were added, but do not show'))
    await delay(100)
    missing = await findMissing(connection, namespace)
  }
}

type Attribute = (typeof searchAttributes)[number]

async function findMissing(connection: Connection, namespace: string): Promise<Attribute[]> {
  try {
    const known = await connection.operatorService.listSearchAttributes({ namespace })
    const wrong = searchAttributes.find(({ name, code }) => (known.customAttributes[name] ?? code) !== code)
    if (wrong)
      throw new StackError(
        `Temporal, namespace '${namespace}': the search attribute ${wrong.name} is there with another type than ` +
          `${wrong.word}. Remove it with 'temporal operator search-attribute remove --name ${wrong.name}'.`,
      )
    return searchAttributes.filter(({ name }) => known.customAttributes[name] === undefined)
  } catch (error) {
    if (error instanceof StackError) throw error
    throw new StackError(explain(namespace, searchAttributes, messageOf(error)), { cause: error })
  }
}

async function register(connection: Connection, namespace: string, missing: Attribute[]): Promise<void> {
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(({ name, code }) => [name, code])),
    })
  } catch (error) {
    const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined
    if (code === grpcAlreadyExists) return // another process has just done the same
    throw new StackError(explain(namespace, missing, messageOf(error)), { cause: error })
  }
}

function explain(namespace: string, missing: Attribute[], why: string): string {
  const commands = missing.map(
    ({ name, word }) =>
      `  temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${word}`,
  )
  return (
    `Temporal, namespace '${namespace}': search attributes of Carillon are missing and could not be registered ` +
    `(${why}). Have an administrator run:\n${commands.join('\n')}`
  )
}
