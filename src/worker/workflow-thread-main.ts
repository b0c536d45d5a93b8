/**
 * The first script of the thread in which the workflows run: it takes out two things that were most of the thread's time,
 * and goes on with the SDK's own. See docs/decisions/0039.
 */
import { pathToFileURL } from 'node:url'
import v8 from 'node:v8'
import vm from 'node:vm'
import { workerData } from 'node:worker_threads'
import type { WorkflowThreadData } from './workflow-thread.js'

const { script, calls } = workerData as WorkflowThreadData

// For a time-out Node starts a thread of the system and waits for its end, with every call: the process looks instead.
const run = Reflect.get(vm.Script.prototype, 'runInContext')
vm.Script.prototype.runInContext = function (context, { timeout, ...options } = {}) {
  if (timeout === undefined) return run.call(this, context, options) as unknown
  Atomics.add(calls, 0, 1)
  try {
    return run.call(this, context, options) as unknown
  } finally {
    Atomics.add(calls, 0, 1)
  }
}

// No stack of each promise of each workflow: who asks for `__stack_trace` hears that it is not kept, and the details of a
// workflow say what it waits for. AsyncLocalStorage has hooks of its own, which stay.
Reflect.set(v8, 'promiseHooks', {
  ...v8.promiseHooks,
  createHook() {
    // The SDK takes this for a Node without such hooks, and warns of it.
    const { console } = globalThis
    const warn = Reflect.get(console, 'warn')
    console.warn = () => {
      console.warn = warn
    }
    throw new Error('the stacks of promises are not kept')
  },
})

await import(pathToFileURL(script).href)
