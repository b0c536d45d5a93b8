/**
 * libsignal prints whole sessions, private keys included, through `console.info` when it opens, closes or removes one
 * (libsignal 6.0.0, src/session_record.js), and addresses of recipients through `console.error`. It has no option for
 * it, so its calls are dropped here, by the file of the caller: everybody else's console stays as it is, and it does
 * not matter whether libsignal was loaded before.
 */
const methods = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const

const libsignalFile = /[\\/]node_modules[\\/]libsignal[\\/]/

const installed = Symbol.for('carillon.libsignal-silenced')

type Call = (...texts: unknown[]) => void

// Once per process, however many copies of this module a test runner makes.
if (!Object.hasOwn(console, installed)) {
  Object.defineProperty(console, installed, { value: true })
  for (const method of methods) console[method] = unlessFromLibsignal(console[method].bind(console))
}

function unlessFromLibsignal(print: Call): Call {
  const filtered: Call = (...texts) => {
    if (!libsignalFile.test(callerOf(filtered))) print(...texts)
  }
  return filtered
}

/** The file of the function that called `called`, or '' where there is none. */
function callerOf(called: Call): string {
  const format = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
  const limit = Error.stackTraceLimit
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = 1
    Error.prepareStackTrace = (_, sites) => sites[0]?.getFileName() ?? ''
    Error.captureStackTrace(holder, called)
    return typeof holder.stack === 'string' ? holder.stack : ''
  } finally {
    Error.stackTraceLimit = limit
    if (format === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace')
    else Object.defineProperty(Error, 'prepareStackTrace', format)
  }
}
