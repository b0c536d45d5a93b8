import type { telegramSentences } from '../../../../../src/domain/sentences/telegram.js'
import type { TextsOf } from '../../sentence-texts.js'

export const telegram: TextsOf<typeof telegramSentences> = {
  botOwnName: 'Hier muss ein eigener Name für den Bot stehen.',
  botTokenExpected: 'Hier muss das Token stehen, das @BotFather gegeben hat.',
  botTokenForm:
    'Hier muss das Token stehen, das @BotFather gegeben hat: Ziffern, ein Doppelpunkt und ein Geheimnis.',
  botTokenRefused: 'Telegram nimmt dieses Token nicht an. @BotFather zeigt Ihnen das gültige.',
  botAddress: 'Hier muss die Adresse stehen, unter der Telegram diese API erreicht.',
  botAddressForm: 'Hier muss eine Adresse wie https://carillon.example.org stehen.',
  botAddressRefused: ({ why }) => `Telegram nimmt diese Adresse nicht an (${why}).`,
  noBot: ({ bot, hint }, { say }) =>
    `Den Bot „${bot}“ gibt es nicht.${hint === undefined ? '' : ` ${say(hint)}`}`,
  phraseAddBot: 'Fügen Sie einen hinzu.',
  botGone: ({ bot }) => `Den Bot „${bot}“ gibt es nicht mehr.`,
  botIdUsed: ({ bot }) =>
    `Der Name „${bot}“ gehört oder gehörte zu einem anderen Bot. Wählen Sie einen anderen: Die Nachrichten werden nach Bots gezählt.`,
  botInUse:
    'Dieser Bot wird hier schon unter einem anderen Namen benutzt, und Telegram schickt, was ihm geschrieben wird, nur an einen davon. Nehmen Sie einen anderen Bot, oder entfernen Sie zuerst jenen.',
  noBotUser: ({ bot, name, hint }, { say }) =>
    `Unter „${name}“ darf niemand den Bot „${bot}“ benutzen.${hint === undefined ? '' : ` ${say(hint)}`}`,
  phraseNobodyLinked: 'Noch darf es niemand.',
  phraseLinked: ({ names }) => `Es dürfen: ${names}.`,
  telegramAway:
    'Telegram ist nicht erreichbar. Sagen Sie es denen, die Carillon betreiben: Ist der Weg dorthin offen?',
  telegramRefused: ({ status, why }) => `Telegram hat es abgelehnt: ${status} ${why}`,
}
