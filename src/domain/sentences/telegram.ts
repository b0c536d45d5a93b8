/** What is expected of a bot and of who may use it, and what is refused. */
export const telegramSentences = {
  botOwnName: 'expected your own name for the bot',
  botTokenExpected: 'expected the token that @BotFather gave',
  botTokenForm: 'expected the token that @BotFather gave: digits, a colon and a secret',
  botTokenRefused: 'expected a token that Telegram takes: see @BotFather',
  botAddress: 'expected the address where Telegram reaches this API',
  botAddressForm: 'expected a URL such as https://carillon.example.org',
  botAddressRefused: 'expected an address that Telegram takes ({why})',
  noBot: "There is no bot '{bot}'.[[ {hint:sentence}]]",
  phraseAddBot: 'Add one with `carillon bot add`.',
  botGone: "There is no bot '{bot}' any more.",
  botIdUsed:
    "The id '{bot}' is, or was, that of another bot. Use another id: updates are counted by the bot.",
  botInUse:
    'This bot at Telegram is in use by another id here, and Telegram sends what is written to it to one of them only. Take another bot, or remove that id first.',
  noBotUser: "Nobody is linked to '{bot}' as '{name}'.[[ {hint:sentence}]]",
  phraseNobodyLinked: 'Nobody is at all.',
  phraseLinked: 'There are: {names}.',
  telegramAway: 'Telegram cannot be reached. Is the way to it open, and CARILLON_TELEGRAM_URL right?',
  telegramRefused: 'Telegram refused it: {status:number} {why}',
} as const
