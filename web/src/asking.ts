/** Asking the service, always in the language of the page. */
import { LANGUAGE, say } from "./words";

export const OGC = "/api/v1/ogc";

/** What the service answers where it refuses (RFC 9457). */
interface Problem {
  detail?: string;
  title?: string;
}

/** The service said no: its own sentence, and the status. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export async function ask<Answer>(address: string, options: RequestInit = {}): Promise<Answer> {
  const headers = { Accept: "application/json", "Accept-Language": LANGUAGE, ...options.headers };
  let answer: Response;
  try {
    answer = await fetch(address, { ...options, headers });
  } catch {
    throw new Refusal(say("unreachable"), 0);
  }
  if (!answer.ok) throw new Refusal(await sentence(answer), answer.status);
  return answer.status === 204 ? (undefined as Answer) : ((await answer.json()) as Answer);
}

async function sentence(answer: Response): Promise<string> {
  try {
    const problem = (await answer.json()) as Problem;
    return problem.detail ?? problem.title ?? `HTTP ${answer.status}`;
  } catch {
    return `HTTP ${answer.status}`;
  }
}
