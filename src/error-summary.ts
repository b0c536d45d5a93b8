// ECONNREFUSED, AddressRefused: never a sentence, a number or a name of somebody.
const codeLike = /^(E[A-Z_]{2,40}|([A-Z][a-z]+){2,8})$/

// A chain of causes is told this far.
const mostCauses = 5

const named = ['type', 'code', 'failure', 'constraint', 'table', 'routine'] as const

/**
 * An error by its name, type and code, and by its message where that is ours: the messages of others (Postgres, Baileys)
 * may quote personal data. An error of another realm (a workflow's), or one that was serialized, is no `Error` here, and
 * is described all the same.
 */
export function errorSummary(error: unknown): unknown {
  return summaryOf(error, mostCauses)
}

function summaryOf(error: unknown, causesLeft: number): unknown {
  if (typeof error === 'string' && codeLike.test(error)) return error
  if (typeof error !== 'object' || error === null) return typeof error
  const cause: unknown = Reflect.get(error, 'cause')
  const name = word(Reflect.get(error, 'name')) ?? classOf(error)
  const message: unknown = Reflect.get(error, 'message')
  return {
    name,
    ...Object.fromEntries(
      named
        .map((field) => [field, word(Reflect.get(error, field))] as const)
        .filter(([, value]) => value !== undefined),
    ),
    ...(typeof message === 'string' && isOurs(name, error) && { message }),
    ...atOf(error),
    ...(typeof cause === 'object' && cause !== null && causesLeft > 0
      ? { cause: summaryOf(cause, causesLeft - 1) }
      : {}),
  }
}

/** Any error that an activity throws becomes an ApplicationFailure with the message it had; its type is its name then. */
function isOurs(name: string | number, error: object): boolean {
  if (name === 'GatewayFailure' || name === 'ActivityFailure' || name === 'EncryptionKeyError') return true
  const type: unknown = Reflect.get(error, 'type')
  return name === 'ApplicationFailure' && typeof type === 'string' && !/error$/i.test(type)
}

/** A name or a code, never a sentence. */
function word(value: unknown): string | number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^[\w.$:-]{1,80}$/.test(value) ? value : undefined
}

function classOf(error: object): string {
  return error.constructor?.name ?? 'object'
}

function atOf(error: object): { at?: string } {
  const stack: unknown = Reflect.get(error, 'stack')
  if (typeof stack !== 'string') return {}
  const at = stack.split('\n').find((line) => line.trimStart().startsWith('at '))
  return at === undefined ? {} : { at: at.trim() }
}
