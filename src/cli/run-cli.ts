import { Command, CommanderError } from 'commander'
import { accountCommands } from './account/account.js'
import { calendarCommand } from './reminder/calendar.js'
import { doctorCommand } from './doctor/doctor.js'
import { reportError } from './errors.js'
import { exitCodes, exitCodesHelp, type ExitCode } from './exit-codes.js'
import { groupsCommands } from './groups.js'
import {
  createStyle,
  type Act,
  type CommandClient,
  type CommandContext,
  type GlobalOptions,
  type Io,
} from './io.js'
import { keysCommands } from './keys.js'
import { mcpCommand } from './mcp/mcp.js'
import { auditCommand } from './operator/audit.js'
import { operatorCommands } from './operator/operator.js'
import { signInLinkCommand } from './operator/sign-in-link.js'
import { tokenCommands } from './operator/token.js'
import { mediaCommands } from './media.js'
import { previewCommand } from './reminder/preview.js'
import { reconcileCommand } from './reconcile.js'
import { reminderCommands } from './reminder/reminder.js'
import { runCommands } from './run/run.js'
import { botCommands } from './telegram/bot.js'
import { inboxCommands } from './telegram/inbox.js'
import { webhookCommands } from './webhook/webhook.js'

/** Parses, runs, and returns the exit code. Nothing is thrown. */
export async function runCli(args: string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok
  let connected: Promise<CommandClient> | undefined
  const program = new Command('carillon')
  const isJson = () => program.opts<GlobalOptions>().json === true || args.includes('--json')
  const connect = async (via: 'cli' | 'mcp' = 'cli'): Promise<CommandClient> => {
    connected ??= io.connect(io.env, via)
    try {
      return await connected
    } catch (error) {
      // Who asks again may find it there.
      connected = undefined
      throw error
    }
  }
  const act: Act = async (action) => {
    const context: CommandContext = {
      io,
      isJson: isJson(),
      style: createStyle(io.hasColor),
      client: connect,
    }
    exitCode = await action(context)
  }

  program
    .description('Reminders to WhatsApp groups: on time, exactly once, at a safe pace.')
    .option(
      '--json',
      'print JSON: one document, or one a line where there are several; errors too, on stderr',
    )
    .option('--debug', 'show the stack of an error')
    .addHelpText('after', exitCodesHelp)
    .showHelpAfterError('(see --help)')
  for (const command of commands(act)) program.addCommand(command)
  configure(program, io, isJson)

  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok
    exitCode = reportError(error, { io, isJson: isJson(), isDebug: args.includes('--debug') })
  } finally {
    // A connection that failed was reported already.
    const client = await connected?.catch(() => undefined)
    await client?.close()
  }
  return exitCode
}

/** All that can be done, by name. */
export function commands(act: Act): Command[] {
  return [
    accountCommands(act),
    groupsCommands(act),
    reminderCommands(act),
    previewCommand(act),
    calendarCommand(act),
    runCommands(act),
    mediaCommands(act),
    webhookCommands(act),
    botCommands(act),
    inboxCommands(act),
    operatorCommands(act),
    tokenCommands(act),
    signInLinkCommand(act),
    auditCommand(act),
    keysCommands(act),
    reconcileCommand(act),
    doctorCommand(act),
    mcpCommand(act),
  ]
}

/** Subcommands built apart do not inherit these. */
function configure(command: Command, io: Io, isJson: () => boolean): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => io.out(text.trimEnd()),
    // With --json the error is reported once, as JSON.
    writeErr: (text) => {
      if (!isJson()) io.err(text.trimEnd())
    },
    getOutHelpWidth: () => io.terminal?.columns ?? 100,
  })
  for (const sub of command.commands) configure(sub, io, isJson)
}
