import { testSecureClients } from "../../support/secure_client_cases.ts";

testSecureClients("tls", "openTlsPeer");
