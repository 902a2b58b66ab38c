package softaes

// planes is a bitsliced state of 64 bytes: bit p of planes[k] is bit k of the byte at
// position p.
type planes [8]uint64

// sub applies the S-box to each byte (FIPS 197, section 5.1.1), with the circuit of J.
// Boyar and R. Peralta, "A depth-16 circuit for the AES S-box" (2011), whose x0 is the
// most significant bit.
func (q *planes) sub() {
	x0, x1, x2, x3, x4, x5, x6, x7 := q[7], q[6], q[5], q[4], q[3], q[2], q[1], q[0]

	// top linear layer
	y14 := x3 ^ x5
	y13 := x0 ^ x6
	y9 := x0 ^ x3
	y8 := x0 ^ x5
	t0 := x1 ^ x2
	y1 := t0 ^ x7
	y4 := y1 ^ x3
	y12 := y13 ^ y14
	y2 := y1 ^ x0
	y5 := y1 ^ x6
	y3 := y5 ^ y8
	t1 := x4 ^ y12
	y15 := t1 ^ x5
	y20 := t1 ^ x1
	y6 := y15 ^ x7
	y10 := y15 ^ t0
	y11 := y20 ^ y9
	y7 := x7 ^ y11
	y17 := y10 ^ y11
	y19 := y10 ^ y8
	y16 := t0 ^ y11
	y21 := y13 ^ y16
	y18 := x0 ^ y16

	// inversion in GF(2^8)
	t2 := y12 & y15
	t4 := y3&y6 ^ t2
	t6 := y4&x7 ^ t2
	t7 := y13 & y16
	t9 := y5&y1 ^ t7
	t11 := y2&y7 ^ t7
	t12 := y9 & y11
	t14 := y14&y17 ^ t12
	t16 := y8&y10 ^ t12
	t21 := t4 ^ t14 ^ y20
	t22 := t6 ^ t16 ^ y19
	t23 := t9 ^ t14 ^ y21
	t24 := t11 ^ t16 ^ y18
	t25 := t21 ^ t22
	t26 := t21 & t23
	t27 := t24 ^ t26
	t29 := t25&t27 ^ t22
	t30 := t23 ^ t24
	t33 := (t22^t26)&t30 ^ t24
	t34 := t23 ^ t33
	t36 := t24 & (t27 ^ t33)
	t37 := t36 ^ t34
	t40 := t25 ^ t29&(t27^t36)
	t41 := t40 ^ t37
	t42 := t29 ^ t33
	t43 := t29 ^ t40
	t44 := t33 ^ t37
	t45 := t42 ^ t41
	z0 := t44 & y15
	z1 := t37 & y6
	z2 := t33 & x7
	z3 := t43 & y16
	z4 := t40 & y1
	z5 := t29 & y7
	z6 := t42 & y11
	z7 := t45 & y17
	z8 := t41 & y10
	z9 := t44 & y12
	z10 := t37 & y3
	z11 := t33 & y4
	z12 := t43 & y13
	z13 := t40 & y5
	z14 := t29 & y2
	z15 := t42 & y9
	z16 := t45 & y14
	z17 := t41 & y8

	// bottom linear layer
	t46 := z15 ^ z16
	t48 := z5 ^ z13
	t53 := z0 ^ z3
	t54 := z6 ^ z7
	t57 := z2 ^ z12 ^ t53
	t58 := z4 ^ t46
	t59 := z3 ^ t54
	t60 := t46 ^ t57
	t62 := z7 ^ z8 ^ t58
	t63 := z9 ^ z10 ^ t58
	t64 := z4 ^ t59
	t65 := z14 ^ t57 ^ t62
	t66 := z1 ^ t63
	s3 := t53 ^ t66
	q[7] = t59 ^ t63
	q[6] = t64 ^ ^s3
	q[5] = z16 ^ z17 ^ ^(t64 ^ t65)
	q[4] = s3
	q[3] = z2 ^ z5 ^ t66
	q[2] = z10 ^ z11 ^ t65
	q[1] = z12 ^ t48 ^ ^t62
	q[0] = t48 ^ ^t60
}

// invSub applies the inverse S-box. With S(x) = A(1/x) + 0x63, where A is linear, the
// inverse is 1/B(x) = B(S(B(x))), where B(x) is the inverse of A of x + 0x63.
func (q *planes) invSub() {
	q.invAffine()
	q.sub()
	q.invAffine()
}

// invAffine inverts the affine part of the S-box: bit i of the result is the sum of
// the bits i+2, i+5 and i+7 of x + 0x63 (FIPS 197, section 5.3.2).
func (q *planes) invAffine() {
	x := *q
	x[0], x[1], x[5], x[6] = ^x[0], ^x[1], ^x[5], ^x[6] // adds 0x63
	for i := range q {
		q[i] = x[(i+2)%8] ^ x[(i+5)%8] ^ x[(i+7)%8]
	}
}
