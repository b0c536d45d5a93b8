import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('npm run demo, with few groups: every recipient has every message once, with the image that was sent', async () => {
  const home = await mkdtemp(join(tmpdir(), 'carillon-demo-'))
  const size = '--groups 3 --members 2 --due-in 3'
  try {
    const { code, out } = await new Promise<{ code: unknown; out: string }>((resolve) => {
      execFile(
        process.execPath,
        ['dist/proofs/demo/main.js', ...size.split(' '), '--json', '--home', home],
        (error, stdout, stderr) => resolve({ code: error?.code ?? 0, out: error ? stdout + stderr : stdout }),
      )
    })
    expect({ code, out }).toMatchObject({ code: 0 })
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toMatchObject({
      groups: 3,
      recipients: 6,
      messages: { distinct: 6, read: 12 },
      duplicates: 0,
      lost: 0,
      outOfOrder: 0,
      uploads: 1,
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
