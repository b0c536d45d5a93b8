import type { telegramSentences } from '../../../../../src/domain/sentences/telegram.js'
import type { TextsOf } from '../../sentence-texts.js'

export const telegram: Partial<TextsOf<typeof telegramSentences>> = {
  botOwnName: 'Give the bot a name of your own.',
  botTokenExpected: 'Enter the token that @BotFather gave.',
  botTokenForm: 'Enter the token that @BotFather gave: digits, a colon and a secret.',
  botTokenRefused: 'Telegram does not take this token. @BotFather shows you the one that is valid.',
  botAddress: 'Enter the address where Telegram reaches this API.',
  botAddressForm: 'Enter an address such as https://carillon.example.org.',
  botAddressRefused: ({ why }) => `Telegram does not take this address (${why}).`,
  phraseAddBot: 'Add one.',
  telegramAway: 'Telegram cannot be reached. Tell whoever runs Carillon: is the way to it open?',
}
