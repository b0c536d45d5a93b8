import { Command, InvalidArgumentError } from 'commander'
import { CarillonError } from '../../client/errors.js'
import { apiUrl, signInPageOf } from '../../settings/api-address.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type Act, type CommandContext } from '../io.js'
import { relative } from '../../words/times.js'

type LinkOptions = { url?: string }

export function signInLinkCommand(act: Act): Command {
  return new Command('sign-in-link')
    .description('a link that signs one browser in as an owner, once')
    .option(
      '--url <url>',
      'where browsers reach the API, such as https://carillon.example.org; where it listens on this machine when not given',
      webAddress,
    )
    .action(async (options: LinkOptions) => await act((context) => make(context, options)))
}

function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.host !== '' && !url.username) return url.origin
  throw new InvalidArgumentError(`expected a URL such as https://carillon.example.org, got '${text}'`)
}

async function make(context: CommandContext, { url }: LinkOptions): Promise<ExitCode> {
  const page = signInPageOf(url ?? (await here(context.io.env)))
  const link = await (await context.client()).operators.signInLink(page)
  if (context.isJson) return printJson(context, link)
  context.io.out(`It signs one browser in, once, and is over ${relative(link.expiresAt, context.io.now())}:`)
  context.io.out(link.url)
  return exitCodes.ok
}

async function here(env: NodeJS.ProcessEnv): Promise<string> {
  const { defaultApiPort, parseConfig } = await import('../../config.js')
  const { apiHost: host, apiPort: port = defaultApiPort } = parseConfig(env)
  if (port !== 0) return apiUrl({ host, port })
  throw new CarillonError(
    'invalid',
    'CARILLON_API_PORT is 0, so the API listens on any free port. Give its address with --url.',
  )
}
