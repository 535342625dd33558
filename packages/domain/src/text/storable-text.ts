import { z } from "zod";
import { isStorable } from "./text.ts";

/** A text from outside that is kept, or looked for among what is kept. */
export const StorableText = z
  .string()
  .refine(isStorable, "This holds characters that are no text. Remove them.");
