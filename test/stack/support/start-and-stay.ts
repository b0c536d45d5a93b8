/** Starts a throwaway stack in the folder given as argument, says so on stdout, and stays until it is told to end. */
import { noProgress } from '../../../src/stack/progress.js'
import { startStack } from '../../../src/stack/stack.js'

const home = process.argv[2]
if (home === undefined) throw new Error('usage: start-and-stay <home>')
const stack = await startStack({ home, env: process.env, progress: noProgress, isThrowaway: true })
process.once('SIGINT', () => void stack.close().then(() => process.exit(0)))
console.log('ready')
