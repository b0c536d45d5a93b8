/** Takes a lock, and notes in a file when it had it. Arguments: folder with the lock, the notes and the signal to go. */
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { waitForLock } from '../../../src/stack/lock.js'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: contend <folder>')
console.log('ready')
while (!existsSync(join(folder, 'go'))) await delay(1)
const release = await waitForLock(join(folder, 'lock'), () => {})
appendFileSync(join(folder, 'notes'), `in ${process.pid}\n`)
await delay(200)
appendFileSync(join(folder, 'notes'), `out ${process.pid}\n`)
release()
