import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type FuzzOptions = {
  /** Of each route, in each phase that makes its requests at random. */
  examples: number
  seed: number
  isJson: boolean
  home: string
}

export const fuzzUsage = `npm run fuzz -- [options]

Starts a whole system of its own, with the local WhatsApp and an account that is linked to it, and lets Schemathesis work through the
OpenAPI document that it serves: examples, the edges of each schema, requests at random, and sequences of requests that use
what others have answered; with input that is allowed, and with input that is not. It does so with an owner's token, without a
token, and with one that is none. Schemathesis is a Python program: it is installed at the first time, at its pinned version and into
~/.cache/carillon.

  --examples <n>   requests at random for each route (50)
  --seed <n>       the same requests again (1)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data, the logs and Schemathesis' reports (.carillon/fuzz); begun anew each time
  --help

Exit code: 0 only if nothing failed (5xx), each answer is one that the document has for its route (status, type, schema,
headers), each route was answered 2xx once at least, and who has no token heard nothing but that one is needed.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): FuzzOptions | undefined {
  const values = readArguments(args, { values: ['examples', 'seed'] })
  if (values === undefined) return undefined
  return {
    examples: wholeNumber('examples', values.examples ?? '50', { min: 1, max: 100_000 }),
    seed: wholeNumber('seed', values.seed ?? '1', { min: 0, max: 2 ** 32 - 1 }),
    isJson: values.json,
    home: values.home ?? '.carillon/fuzz',
  }
}
