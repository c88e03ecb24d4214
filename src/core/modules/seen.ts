import * as v from 'valibot'
import { parse } from 'yaml'
import { EvidenceSchema } from './manifest.ts'

const texts = v.optional(v.array(v.string()), [])

/** Something that is recognised and not watched, as templates/detect/seen.yaml states it. */
const SeenRule = v.strictObject({
  ...EvidenceSchema.entries,
  role: v.string(),
  reason: v.string(),
  /** The part of the stack that it is itself. */
  part: v.optional(v.string()),
  beats: v.picklist(['everything', 'apps', 'nothing']),
  names: texts,
  portless: v.optional(v.boolean(), false),
})
export type SeenRule = v.InferOutput<typeof SeenRule>

/** Reads templates/detect/seen.yaml, which is part of vigie. */
export const parseSeenRules = (text: string): readonly SeenRule[] => v.parse(v.array(SeenRule), parse(text))
