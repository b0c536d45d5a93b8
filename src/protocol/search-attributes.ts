import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'

/** Registered by the stack; nothing personal may be in them, Temporal stores them unencrypted. */
export const carillonOperator = defineSearchAttributeKey('CarillonOperator', SearchAttributeType.KEYWORD)
export const carillonAccount = defineSearchAttributeKey('CarillonAccount', SearchAttributeType.KEYWORD)
export const carillonStatus = defineSearchAttributeKey('CarillonStatus', SearchAttributeType.KEYWORD)
export const carillonNextFire = defineSearchAttributeKey('CarillonNextFire', SearchAttributeType.DATETIME)
