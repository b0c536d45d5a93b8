import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const onWindows = "Object.defineProperty(process, 'platform', { value: 'win32' })"

it('a start on Windows itself is refused at once, in words, with what to use instead', () => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(onWindows)}`, 'tools/setup.mjs'],
    { encoding: 'utf8' },
  )
  expect(stderr).toMatch(
    /^carillon: Carillon does not run on Windows itself\. It runs in WSL.*`wsl --install`/,
  )
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stdout).toBe('')
  expect(status).toBe(1)
})
