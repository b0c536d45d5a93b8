import { toString as drawQr } from 'qrcode'
import type { PairOptions } from '../../client/accounts/pairing.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type CommandContext } from '../io.js'

export async function pair(
  context: CommandContext,
  id: string,
  { phone, timeout, otherNumber }: { phone?: string; timeout?: number; otherNumber?: boolean },
): Promise<ExitCode> {
  const { io, style, isJson } = context
  const client = await context.client()
  const method = phone === undefined ? 'qr' : 'code'
  let drawnLines = 0
  const show = async (challenge: string) => {
    if (isJson) {
      printJson(context, { event: 'challenge', method, challenge })
      return
    }
    const screen =
      method === 'qr' ? await qrScreen(challenge, io.hasColor) : codeScreen(challenge, style.bold)
    // The next code takes the place of the one before, so that nobody scans an old one.
    if (drawnLines > 0 && io.terminal !== undefined) io.terminal.write(`\u001b[${drawnLines}A\u001b[J`)
    drawnLines = screen.split('\n').length
    io.out(screen)
  }
  let drawing = Promise.resolve()
  const options: PairOptions = {
    id,
    method,
    ...(phone !== undefined && { phoneNumber: phone }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(otherNumber !== undefined && { otherNumber }),
    signal: io.signal,
    onChallenge: ({ challenge }) => {
      drawing = drawing.then(async () => await show(challenge))
    },
    onNoWorker: () => {
      if (!isJson) io.err('No worker has taken it up yet. Is one running? (`carillon doctor`)')
    },
  }
  const result = await client.accounts.pair(options)
  await drawing
  if (isJson) printJson(context, { event: 'end', ...result })
  switch (result.kind) {
    case 'connected':
      if (!isJson)
        io.out(
          result.already ? `Account '${id}' is linked already.` : style.green(`✔ Account '${id}' is linked.`),
        )
      return exitCodes.ok
    case 'failed':
      if (!isJson)
        io.err(
          `error: Account '${id}' could not be linked (${result.state}). ${result.detail ?? ''}`.trimEnd(),
        )
      return exitCodes.failure
    case 'timedOut':
      if (!isJson)
        io.err(
          `error: Account '${id}' was not linked in time. ${result.detail ?? 'Run the command again for a new code.'}`,
        )
      return exitCodes.failure
    case 'aborted':
      return exitCodes.interrupted
  }
}

// With colours it is dark on light in whatever colours the terminal has; phones read no other.
async function qrScreen(challenge: string, hasColor: boolean): Promise<string> {
  const qr = await drawQr(challenge, hasColor ? { type: 'terminal', small: true } : { type: 'utf8' })
  return `${qr.trimEnd()}\n\nOn the phone: WhatsApp › Settings › Linked devices › Link a device, and scan this code.`
}

function codeScreen(code: string, bold: (text: string) => string): string {
  const spaced = [code.slice(0, 4), code.slice(4)].map((half) => Array.from(half).join(' ')).join('   –   ')
  return [
    '',
    `    ${bold(spaced)}`,
    '',
    'On the phone: WhatsApp › Settings › Linked devices › Link a device › Link with phone number instead,',
    'and type this code.',
  ].join('\n')
}
