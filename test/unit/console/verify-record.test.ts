import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { documentedScript } from '../../support/documented-chain-verifier.js'

test('the script that the console hands out is the one of the docs', () => {
  expect(readFileSync('console/public/verify-record.mjs.txt', 'utf8')).toBe(documentedScript())
})
