import { parseArgs } from 'node:util'
import { messageOf } from './errors.js'

/** The command was written wrongly; worded for the reader. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/**
 * The options of a program of ours, as they were given; undefined when only help is wanted. Each also takes `--json` and
 * `--home <folder>`.
 *
 * @throws UsageError
 */
export function readArguments<Value extends string, Switch extends string = never>(
  args: string[],
  { values, switches = [] }: { values: readonly Value[]; switches?: readonly Switch[] },
): ({ [name in Value | 'home']?: string } & { [name in Switch | 'json']: boolean }) | undefined {
  const given = parse(args, { values: [...values, 'home'], switches: [...switches, 'json', 'help'] })
  if (given.help === true) return undefined
  const wanted = Object.fromEntries([...switches, 'json'].map((name) => [name, given[name] === true]))
  return { ...given, ...wanted } as { [name in Value]?: string } & { [name in Switch | 'json']: boolean }
}

function parse(
  args: string[],
  { values, switches }: { values: string[]; switches: string[] },
): { [name: string]: unknown } {
  try {
    return parseArgs({
      args,
      options: Object.fromEntries([
        ...values.map((name) => [name, { type: 'string' as const }]),
        ...switches.map((name) => [name, { type: 'boolean' as const }]),
      ]),
    }).values
  } catch (error) {
    throw new UsageError(messageOf(error))
  }
}

/** @throws UsageError */
export function wholeNumber(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new UsageError(`--${name}: expected a whole number from ${min} to ${max}, got '${text}'`)
}
