/* For every line of input: measures one SRP handshake's arithmetic in OpenSSL, and prints nanoseconds.
   Line "powers": its three powers, in constant time. Line "steps": as many squarings and
   multiplications as amplify-auth-go's handshake makes with its tables and windows. */
#include <openssl/bn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { squarings = 528, multiplications = 281 };

static long long now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void) {
	char line[16];
	BN_CTX *ctx = BN_CTX_new();
	BN_MONT_CTX *mont = BN_MONT_CTX_new();
	BIGNUM *n = BN_get_rfc3526_prime_3072(NULL);
	BIGNUM *g = BN_new(), *a = BN_new(), *x = BN_new(), *e = BN_new(), *base = BN_new(), *r = BN_new();
	if (!n || !r || !BN_MONT_CTX_set(mont, n, ctx) || !BN_set_word(g, 2) || !BN_rand(a, 320, 0, 0) ||
	    !BN_rand(x, 256, 0, 0) || !BN_rand(e, 513, 0, 0) || !BN_rand_range(base, n))
		return 1;
	while (fgets(line, sizeof line, stdin)) {
		long long start = now();
		if (strcmp(line, "powers\n") == 0) {
			BN_mod_exp_mont_consttime(r, g, a, n, ctx, mont);
			BN_mod_exp_mont_consttime(r, g, x, n, ctx, mont);
			BN_mod_exp_mont_consttime(r, base, e, n, ctx, mont);
		} else {
			BN_copy(r, base);
			for (int i = 0; i < squarings; i++)
				BN_mod_mul_montgomery(r, r, r, mont, ctx);
			for (int i = 0; i < multiplications; i++)
				BN_mod_mul_montgomery(r, r, base, mont, ctx);
		}
		printf("%lld\n", now() - start);
		fflush(stdout);
	}
	return 0;
}
