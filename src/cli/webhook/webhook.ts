import { Command } from 'commander'
import type { WebhookDeliveryState } from '../../domain/webhooks.js'
import type { DeliveryKey } from '../../store/webhooks/webhook-queue.js'
import type { DeliveryView } from '../../store/webhooks/webhooks.js'
import { print, printJson, type Act, type CommandContext } from '../io.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { durationMs, limitOption, repeated } from '../options.js'
import { printable } from '../../words/printable.js'
import { table } from '../table.js'
import { relative } from '../../words/times.js'
import { webhookSituation } from '../../words/webhook-situation.js'

type AddOptions = { event?: string[]; allowHttp?: boolean }
type DeliveriesOptions = { endpoint?: string; state?: WebhookDeliveryState[]; limit?: number }

export function webhookCommands(act: Act): Command {
  const webhook = new Command('webhook').description('tell a system of yours what happens: signed POSTs')
  webhook
    .command('add <url>')
    .description('add an endpoint and show its secret, this once')
    .option('--event <type>', 'only events of this type (repeatable); all when not given', repeated)
    .option('--allow-http', 'plain http to a public address, where anybody on the way can read it')
    .action(async (url: string, options: AddOptions) => await act((context) => add(context, url, options)))
  webhook
    .command('list')
    .description('all endpoints, and what waits for them')
    .action(async () => await act(list))
  webhook
    .command('remove <id>')
    .description('remove an endpoint; what waits for it is dropped')
    .action(async (id: string) => await act((context) => remove(context, id)))
  webhook
    .command('enable <id>')
    .description('deliver at once to an endpoint that was disabled (it answered 410) or is in back-off')
    .action(async (id: string) => await act((context) => enable(context, id)))
  webhook
    .command('test <id>')
    .description('send an event of the type `test` and say what came of it')
    .option('--timeout <duration>', 'how long to wait for it (15s)', durationMs)
    .action(
      async (id: string, options: { timeout?: number }) => await act((context) => test(context, id, options)),
    )
  webhook
    .command('deliveries')
    .description('the events of the last 30 days and what came of them, the newest first')
    .option('--endpoint <id>', 'only to this endpoint')
    .option('--state <state>', 'only waiting, delivered, failed or dropped (repeatable)', repeated)
    .addOption(limitOption())
    .action(async (options: DeliveriesOptions) => await act((context) => deliveries(context, options)))
  webhook
    .command('redeliver <id> <event>')
    .description('deliver an event to an endpoint again, with its id and its body, and say what came of it')
    .option('--timeout <duration>', 'how long to wait for it (15s)', durationMs)
    .action(
      async (endpointId: string, eventId: string, options: { timeout?: number }) =>
        await act((context) => redeliver(context, { endpointId, eventId }, options)),
    )
  return webhook
}

async function add(
  context: CommandContext,
  url: string,
  { event, allowHttp }: AddOptions,
): Promise<ExitCode> {
  const { webhooks } = await context.client()
  const { endpoint, secret } = await webhooks.add({
    url,
    ...(event !== undefined && { types: event }),
    ...(allowHttp === true && { allowHttp }),
  })
  if (context.isJson) return printJson(context, { endpoint, secret })
  context.io.out(`Added endpoint ${endpoint.id}.`)
  context.io.out(`Its secret, shown this once: ${secret}`)
  context.io.out(`See whether it hears: carillon webhook test ${endpoint.id}`)
  return exitCodes.ok
}

async function list(context: CommandContext): Promise<ExitCode> {
  const { io, style, isJson } = context
  const endpoints = await (await context.client()).webhooks.list()
  if (isJson) return printJson(context, { endpoints })
  if (endpoints.length === 0) return print(context, 'No endpoints yet. Add one: carillon webhook add <url>')
  const rows = endpoints.map((endpoint) => {
    const { isFine, text } = webhookSituation(endpoint, io.now())
    return [
      style.bold(endpoint.id),
      isFine ? style.green(text) : style.yellow(printable(text)),
      String(endpoint.waiting),
      endpoint.types.join(' '),
      printable(endpoint.url),
    ]
  })
  io.out(table(['ENDPOINT', 'STATE', 'WAITING', 'EVENTS', 'URL'], rows))
  return exitCodes.ok
}

async function remove(context: CommandContext, id: string): Promise<ExitCode> {
  await (await context.client()).webhooks.remove(id)
  if (context.isJson) return printJson(context, { id, removed: true })
  context.io.out(`Removed endpoint ${id}.`)
  return exitCodes.ok
}

async function enable(context: CommandContext, id: string): Promise<ExitCode> {
  const endpoint = await (await context.client()).webhooks.enable(id)
  if (context.isJson) return printJson(context, { endpoint })
  context.io.out(`Endpoint ${id} is active.`)
  return exitCodes.ok
}

async function test(
  context: CommandContext,
  id: string,
  { timeout }: { timeout?: number },
): Promise<ExitCode> {
  const { webhooks } = await context.client()
  const delivery = await webhooks.test(id, timeout === undefined ? {} : { timeoutMs: timeout })
  return showOutcome(context, delivery)
}

async function redeliver(
  context: CommandContext,
  key: DeliveryKey,
  { timeout }: { timeout?: number },
): Promise<ExitCode> {
  const { webhooks } = await context.client()
  const delivery = await webhooks.redeliver(key, timeout === undefined ? {} : { timeoutMs: timeout })
  if (delivery.already !== true || context.isJson) return showOutcome(context, delivery)
  const next = delivery.nextTryAt === null ? 'soon' : relative(delivery.nextTryAt, context.io.now())
  context.io.err(`It waits for its turn already, and is tried ${next}. See \`carillon webhook list\`.`)
  return exitCodes.notDelivered
}

function showOutcome(context: CommandContext, delivery: DeliveryView): ExitCode {
  const isDelivered = delivery.state === 'delivered'
  if (context.isJson) printJson(context, { delivery })
  else if (isDelivered) context.io.out(`Delivered: it answered ${delivery.lastStatus}.`)
  else context.io.err(`Not delivered (${outcome(delivery)}). See \`carillon webhook deliveries\`.`)
  return isDelivered ? exitCodes.ok : exitCodes.notDelivered
}

async function deliveries(
  context: CommandContext,
  { endpoint, state, limit }: DeliveriesOptions,
): Promise<ExitCode> {
  const { io, isJson } = context
  const found = await (
    await context.client()
  ).webhooks.deliveries({
    ...(endpoint !== undefined && { endpointId: endpoint }),
    ...(state !== undefined && { states: state }),
    ...(limit !== undefined && { limit }),
  })
  if (isJson) return printJson(context, { deliveries: found })
  if (found.length === 0) return print(context, 'No deliveries.')
  const rows = found.map((delivery) => [
    relative(delivery.at, io.now()),
    delivery.type,
    delivery.state,
    String(delivery.attempts),
    outcome(delivery),
    delivery.nextTryAt === null ? '' : relative(delivery.nextTryAt, io.now()),
    delivery.eventId,
    delivery.endpointId,
  ])
  io.out(table(['WHEN', 'TYPE', 'STATE', 'TRIES', 'LAST ANSWER', 'NEXT TRY', 'EVENT', 'ENDPOINT'], rows))
  return exitCodes.ok
}

function outcome({ lastStatus, lastError }: DeliveryView): string {
  return printable(lastError ?? '') || (lastStatus === null ? 'not tried yet' : String(lastStatus))
}
