/** In place of the SDK's script of this name: calls into a context as that does, and tells what it finds. */
import { AsyncLocalStorage } from 'node:async_hooks'
import v8 from 'node:v8'
import vm from 'node:vm'
import { parentPort } from 'node:worker_threads'

const context = vm.createContext({}, { microtaskMode: 'afterEvaluate' })
const call = (code) => new vm.Script(code).runInContext(context, { timeout: 60_000 })

let hook = 'there is one'
try {
  v8.promiseHooks.createHook({ init() {} })
} catch (error) {
  hook = error.message
}
const store = new AsyncLocalStorage()
await store.run('kept', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1))
  parentPort.postMessage({ sum: call('1 + 1'), hook, store: store.getStore() }, [])
  call('for (;;) {}')
})
