import { type CallOptions, type Json, type RunningApi, startApi } from "../running-api.ts";

export type HouseApi = RunningApi & {
  /** A call with the key of a tenant that is empty when a test begins; see `freshTenant`. */
  house(method: string, path: string, options?: CallOptions): ReturnType<RunningApi["call"]>;
  /** Gives the calls a tenant of their own. */
  freshTenant(): Promise<string>;
  /** Creates a contact, which must work, and gives it as it is shown. */
  created(contact: object): Promise<Json>;
};

let tenants = 0;

/** The API with calls to this dialect, each test in its own tenant. */
export async function startHouse(config?: Parameters<typeof startApi>[0]): Promise<HouseApi> {
  const api = await startApi(config);
  let key = api.owner.key;
  const house: HouseApi["house"] = (method, path, options) => api.call(method, path, { key, ...options });
  return {
    ...api,
    house,
    async freshTenant() {
      const made = await api.newKey({ tenant: `house-${++tenants}`, scopes: ["contacts"] });
      key = made.key;
      return made.tenantId;
    },
    async created(contact) {
      const { status, body } = await house("POST", "/v1/contacts", { json: contact });
      if (status !== 201) throw new Error(`not created: ${JSON.stringify(body)}`);
      return body.data;
    },
  };
}
