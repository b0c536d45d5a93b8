import { expect, test } from 'vitest'
import { exportLines } from '../../../src/receipts/export.js'
import { documentedScript, runDocumentedScript } from '../../support/documented-chain-verifier.js'
import { chainOf, operator, signer, sourceOf, type Chain } from './support.js'

async function linesOf(chain: Chain): Promise<string[]> {
  const lines: string[] = []
  for await (const line of exportLines(sourceOf(chain))) lines.push(line)
  return lines
}

test('the script of docs/audit.md has thirty lines at most, and verifies what is exported', async () => {
  expect(documentedScript().trimEnd().split('\n').length).toBeLessThanOrEqual(30)
  const lines = await linesOf(chainOf(20))
  expect(lines).toHaveLength(22)
  const { isGood, said } = await runDocumentedScript(lines, signer.publicKey)
  expect(said).toContain(`20 rows, signed by ${signer.publicKey}`)
  expect(isGood).toBe(true)
})

test('it verifies one that was cut off, too', async () => {
  const chain = chainOf(20)
  const cut = signer.sign({ operator, seq: 8, hash: chain.rows[7]?.hash ?? '', at: new Date() })
  if (chain.state === undefined) throw new Error('no head')
  const cutOff = { rows: chain.rows.slice(8), state: { ...chain.state, cut } }
  expect(await runDocumentedScript(await linesOf(cutOff))).toMatchObject({ isGood: true })
  const lines = await linesOf(cutOff)
  const forged = [lines[0]?.replace('"seq":8', '"seq":9') ?? '', ...lines.slice(2)]
  expect(await runDocumentedScript(forged)).toMatchObject({
    isGood: false,
    said: expect.stringContaining('a signature is wrong') as string,
  })
})

test.each<[string, (lines: string[]) => string[], string]>([
  [
    'a word of a row',
    (lines) => lines.map((line, row) => (row === 7 ? line.replace('pause', 'reset') : line)),
    'row 7 is altered or missing',
  ],
  ['a row that is missing', (lines) => lines.filter((_, row) => row !== 7), 'row 7 is altered or missing'],
  [
    'two that were swapped',
    (lines) => lines.map((line, row) => (row === 7 || row === 8 ? (lines[15 - row] ?? '') : line)),
    'row 7 is altered or missing',
  ],
  [
    'one that was inserted',
    (lines) => [...lines.slice(0, 8), lines[7] ?? '', ...lines.slice(8)],
    'row 8 is altered or missing',
  ],
  [
    'the newest, which were cut off',
    (lines) => lines.filter((_, row) => row < 15 || row === 21),
    'the newest rows are missing',
  ],
  ['all after some row', (lines) => lines.slice(0, 15), 'the newest rows are missing'],
])('%s is found by the script', async (_, change, says) => {
  const { isGood, said } = await runDocumentedScript(change(await linesOf(chainOf(20))))
  expect(isGood).toBe(false)
  expect(said).toContain(says)
})

test('another key than the one that is known is refused', async () => {
  const { isGood, said } = await runDocumentedScript(await linesOf(chainOf(3)), 'MCowBQYDK2Vw')
  expect(isGood).toBe(false)
  expect(said).toContain('signed by another key')
})
