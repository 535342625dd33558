import { toHouseId } from "@roster/domain/contacts/house-id.ts";

/** When everything in the examples happened. */
export const exampleTime = "2026-01-31T12:00:00.000Z";

/** Ana reads, buys and may be mailed; Bo has unsubscribed; mail to Cara came back. Dan is not there yet. */
export const ana = person("019c1414-4e00-7a00-8000-000000000001");
export const bo = person("019c1414-4e00-7a00-8000-000000000002");
export const cara = person("019c1414-4e00-7a00-8000-000000000003");
export const dan = person("019c1414-4e00-7a00-8000-000000000004");
/** Who was merged into Ana, where `doneMerge` is told of. */
export const eve = person("019c1414-4e00-7a00-8000-000000000005");
/** A well-formed id that nobody has. */
export const nobody = person("019c1414-4e00-7a00-8000-0000000000ff");

/** A campaign that Ana was sent, and opened. */
export const springLetter = "spring-letter";

/** On the suppression list, and no contact: fay@example.com, who complained. */
export const suppressedFay = "019c1414-4e00-7c00-8000-000000000001";
/** The key that put her there. */
export const ownerKey = "019c1414-4e00-7d00-8000-000000000001";

/** Somebody of whom there was nothing has been erased. */
export const doneErasure = "019c1414-4e00-7f00-8000-000000000001";

/** `importedCsv` has been imported. */
export const importJob = "019c1414-4e00-7b00-8000-000000000001";
/** Ana, Cara and an id that nobody has have been unsubscribed at once. */
export const bulkJob = "019c1414-4e00-7b00-8000-000000000002";
/** A job that waits for a worker. */
export const queuedJob = "019c1414-4e00-7b00-8000-000000000003";
/** The import of `importedCsv` that was to stop at the first row that fails, and did. */
export const stoppedJob = "019c1414-4e00-7b00-8000-000000000005";
/** A health run that has found Ana, to whom six sends went and who opened none. */
export const healthJob = "019c1414-4e00-7b00-8000-000000000006";
/** A scoring rule about opens. */
export const opensRule = "019c1414-4e00-7e10-8000-000000000001";
/** The job that an example's request starts. */
export const startedJob = "019c1414-4e00-7b00-8000-000000000004";

/** The list “Spring fair”, short name `spring-fair`, which Ana and Bo are on. */
export const springList = "019c1414-4e00-7c10-8000-000000000001";
/** The list that an example's request makes. */
export const newList = "019c1414-4e00-7c10-8000-000000000002";
/** A search for duplicates, which has found that Ana and Bo have one phone. */
export const duplicateJob = "019c1414-4e00-7e15-8000-000000000001";

/** Eve was merged into Ana. */
export const doneMerge = "019c1414-4e00-7e16-8000-000000000001";
/** The merge that an example's request makes. */
export const newMerge = "019c1414-4e00-7e16-8000-000000000002";

/** An address at which Postmark tells of events, to which nothing came yet. */
export const eventSource = "019c1414-4e00-7e13-8000-000000000001";
/** The one that an example's request makes. */
export const newEventSource = "019c1414-4e00-7e13-8000-000000000002";
/** The segment of those with the tag spring, and one that uses it. */
export const usedSegment = "019c1414-4e00-7e11-8000-000000000001";
export const springSegment = "019c1414-4e00-7e11-8000-000000000002";
/** The shop's endpoint, which has been sent nothing yet. */
export const webhook = "019c1414-4e00-7e20-8000-000000000001";
/** The endpoint that an example's request makes. */
export const newWebhook = "019c1414-4e00-7e20-8000-000000000002";
/** A test that waits for a worker to send it to the endpoint. */
export const testDelivery = "019c1414-4e00-7f20-8000-000000000001";
/** The request that an example's request asks for. */
export const newDelivery = "019c1414-4e00-7f20-8000-000000000002";

/** Ana as she is, and Dan. */
export const exampleCsv = "email,firstName,plan\nana@example.com,Ana,pro\ndan@example.com,Dan,free\n";
export const importedCsv = `${exampleCsv}nonsense,,\n`;

function person(id: string) {
  return { id, houseId: toHouseId(id) };
}
