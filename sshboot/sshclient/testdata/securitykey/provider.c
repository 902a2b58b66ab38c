/*
 * A security key without a device, for tests: a library with the interface of
 * OpenSSH's sk-api.h. The handle of a key is the path of a private key that openssl
 * signs with. A path that ends in .pin needs the PIN 1234.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

struct sk_option;

struct sk_sign_response {
	uint8_t flags;
	uint32_t counter;
	uint8_t *sig_r;
	size_t sig_r_len;
	uint8_t *sig_s;
	size_t sig_s_len;
};

enum { ERR_GENERAL = -1, ERR_PIN_REQUIRED = -3, ERR_DEVICE_NOT_FOUND = -4, ED25519 = 1, USER_PRESENCE = 1 };

EXPORT uint32_t sk_api_version(void) { return 0x000a0000; }

EXPORT int sk_enroll(void) { return ERR_GENERAL; }

EXPORT int sk_load_resident_keys(void) { return ERR_GENERAL; }

static uint8_t *copy(const uint8_t *from, size_t len)
{
	uint8_t *to = malloc(len);
	if (to)
		memcpy(to, from, len);
	return to;
}

EXPORT int sk_sign(uint32_t alg, const uint8_t *data, size_t data_len, const char *application,
    const uint8_t *key_handle, size_t key_handle_len, uint8_t flags, const char *pin,
    struct sk_option **options, struct sk_sign_response **response)
{
	char dir[] = "/tmp/gm-sk-XXXXXX", command[4096], path[256];
	uint8_t sig[256];
	size_t n = 0;
	FILE *f;
	struct sk_sign_response *r = calloc(1, sizeof(*r));
	int len = (int)key_handle_len;

	if (len >= 4 && memcmp(key_handle + len - 4, ".pin", 4) == 0 && (!pin || strcmp(pin, "1234") != 0))
		return ERR_PIN_REQUIRED;
	snprintf(path, sizeof(path), "%.*s", len, (const char *)key_handle);
	if (!(f = fopen(path, "r")))
		return ERR_DEVICE_NOT_FOUND;
	fclose(f);
	if (!r || !mkdtemp(dir))
		return ERR_GENERAL;
	snprintf(path, sizeof(path), "%s/data", dir);
	if ((f = fopen(path, "w"))) {
		fwrite(data, 1, data_len, f);
		fclose(f);
	}
	snprintf(command, sizeof(command),
	    "cd %s && { printf %%s '%s' | openssl dgst -sha256 -binary; printf '\\001\\000\\000\\000\\007'; openssl dgst -sha256 -binary data; } >message && "
	    "openssl pkeyutl -sign -rawin %s -inkey '%.*s' -in message -out signature",
	    dir, application, alg == ED25519 ? "" : "-digest sha256", len, (const char *)key_handle);
	if (system(command) == 0) {
		snprintf(path, sizeof(path), "%s/signature", dir);
		if ((f = fopen(path, "r"))) {
			n = fread(sig, 1, sizeof(sig), f);
			fclose(f);
		}
	}
	snprintf(command, sizeof(command), "rm -r %s", dir);
	system(command);
	if (n < 8)
		return ERR_GENERAL;
	r->flags = USER_PRESENCE;
	r->counter = 7;
	if (alg == ED25519) {
		r->sig_r = copy(sig, r->sig_r_len = n);
	} else { /* SEQUENCE { INTEGER r, INTEGER s } */
		r->sig_r = copy(sig + 4, r->sig_r_len = sig[3]);
		r->sig_s = copy(sig + 6 + sig[3], r->sig_s_len = sig[5 + sig[3]]);
	}
	*response = r;
	return 0;
}
