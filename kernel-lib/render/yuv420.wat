;; RGB pixels to yuv420p with SIMD: what toYuv420() in convert.ts does, bit for bit.
;; `npm run build:wasm` makes yuv420_wasm.ts of it.
;;
;; A pixel's 4 bytes are called b0 to b3; green is b1, b3 is not read. Which of b0 and b2 is red is the
;; caller's business: it gives the coefficients. Products of 16-bit pairs are summed by
;; i32x4.dot_i16x8_s, so a coefficient is a packed pair: that of b2 (or b0) in the lower half, one
;; of green in the upper. Green's share of luma is above 32767 and lies half in each pair.
(module
  (memory (import "env" "memory") 1)

  ;; From 4 pixels: b2, b1 of each as 16-bit lanes; b0, b1 of each.
  (func $b21 (param $pixels v128) (result v128)
    (i8x16.shuffle 2 16 1 16 6 16 5 16 10 16 9 16 14 16 13 16
      (local.get $pixels) (v128.const i32x4 0 0 0 0)))
  (func $b01 (param $pixels v128) (result v128)
    (i8x16.shuffle 0 16 1 16 4 16 5 16 8 16 9 16 12 16 13 16
      (local.get $pixels) (v128.const i32x4 0 0 0 0)))

  ;; One product of each pixel, 4 lanes of 32 bits.
  (func $weigh (param $b21 v128) (param $b01 v128) (param $of2 v128) (param $of0 v128) (result v128)
    (i32x4.add
      (i32x4.dot_i16x8_s (local.get $b21) (local.get $of2))
      (i32x4.dot_i16x8_s (local.get $b01) (local.get $of0))))

  ;; Luma of 4 pixels, rounded: 16 * 2^16 + 2^15.
  (func $luma (param $b21 v128) (param $b01 v128) (param $of2 v128) (param $of0 v128) (result v128)
    (i32x4.shr_u
      (i32x4.add
        (call $weigh (local.get $b21) (local.get $b01) (local.get $of2) (local.get $of0))
        (v128.const i32x4 1081344 1081344 1081344 1081344))
      (i32.const 16)))

  ;; Chroma of 8 columns of 2 pixels each, given as sums of the columns: the means of neighbours,
  ;; rounded: 4 * (128 * 2^16 + 2^15).
  (func $chroma
    (param $left21 v128) (param $left01 v128) (param $right21 v128) (param $right01 v128)
    (param $of2 v128) (param $of0 v128) (result v128)
    (local $left v128) (local $right v128)
    (local.set $left
      (call $weigh (local.get $left21) (local.get $left01) (local.get $of2) (local.get $of0)))
    (local.set $right
      (call $weigh (local.get $right21) (local.get $right01) (local.get $of2) (local.get $of0)))
    (i32x4.shr_s
      (i32x4.add
        (i32x4.add
          (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
            (local.get $left) (local.get $right))
          (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
            (local.get $left) (local.get $right)))
        (v128.const i32x4 33685504 33685504 33685504 33685504))
      (i32.const 18)))

  ;; 8 lanes of 32 bits, each below 256, to the 8 bytes in the lower half.
  (func $bytes (param $left v128) (param $right v128) (result v128)
    (local $words v128)
    (local.set $words (i16x8.narrow_i32x4_u (local.get $left) (local.get $right)))
    (i8x16.narrow_i16x8_u (local.get $words) (local.get $words)))

  ;; True if 16 pixels are all the same as the first.
  (func $plain (param $first v128) (param $a v128) (param $b v128) (param $c v128) (param $d v128)
    (result i32)
    (i32.eqz
      (v128.any_true
        (v128.or
          (v128.or
            (v128.xor (local.get $first) (local.get $a))
            (v128.xor (local.get $first) (local.get $b)))
          (v128.or
            (v128.xor (local.get $first) (local.get $c))
            (v128.xor (local.get $first) (local.get $d)))))))

  ;; Converts a picture of even width, at least 8, and even height.
  (func (export "convert")
    (param $pixels i32) (param $planes i32) (param $width i32) (param $height i32)
    (param $y2 i32) (param $y0 i32) (param $u2 i32) (param $u0 i32) (param $v2 i32) (param $v0 i32)
    (local $x i32) (local $y i32) (local $at i32) (local $stride i32)
    (local $cb i32) (local $cr i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local $a21 v128) (local $a01 v128) (local $b21 v128) (local $b01 v128)
    (local $c21 v128) (local $c01 v128) (local $d21 v128) (local $d01 v128)
    (local $Y2 v128) (local $Y0 v128) (local $U2 v128) (local $U0 v128) (local $V2 v128)
    (local $V0 v128) (local $upper v128) (local $lower v128) (local $u v128) (local $v v128)
    (local $last v128) (local $known i32)
    (local.set $Y2 (i32x4.splat (local.get $y2)))
    (local.set $Y0 (i32x4.splat (local.get $y0)))
    (local.set $U2 (i32x4.splat (local.get $u2)))
    (local.set $U0 (i32x4.splat (local.get $u0)))
    (local.set $V2 (i32x4.splat (local.get $v2)))
    (local.set $V0 (i32x4.splat (local.get $v0)))
    (local.set $stride (i32.shl (local.get $width) (i32.const 2)))
    (local.set $cb
      (i32.add (local.get $planes) (i32.mul (local.get $width) (local.get $height))))
    (local.set $cr
      (i32.add (local.get $cb)
        (i32.shr_u (i32.mul (local.get $width) (local.get $height)) (i32.const 2))))
    (loop $rows
      (local.set $x (i32.const 0))
      (loop $columns
        ;; 8 pixels of the upper row, and the 8 below them.
        (local.set $at (i32.add (local.get $pixels) (i32.shl (local.get $x) (i32.const 2))))
        (local.set $a (v128.load (local.get $at)))
        (local.set $b (v128.load offset=16 (local.get $at)))
        (local.set $at (i32.add (local.get $at) (local.get $stride)))
        (local.set $c (v128.load (local.get $at)))
        (local.set $d (v128.load offset=16 (local.get $at)))
        ;; Where all are the colour that was converted last, as in the background, so are the bytes.
        (if (i32.eqz
            (i32.and (local.get $known)
              (call $plain (local.get $last)
                (local.get $a) (local.get $b) (local.get $c) (local.get $d))))
          (then
            (local.set $a21 (call $b21 (local.get $a)))
            (local.set $a01 (call $b01 (local.get $a)))
            (local.set $b21 (call $b21 (local.get $b)))
            (local.set $b01 (call $b01 (local.get $b)))
            (local.set $c21 (call $b21 (local.get $c)))
            (local.set $c01 (call $b01 (local.get $c)))
            (local.set $d21 (call $b21 (local.get $d)))
            (local.set $d01 (call $b01 (local.get $d)))
            (local.set $upper
              (call $bytes
                (call $luma (local.get $a21) (local.get $a01) (local.get $Y2) (local.get $Y0))
                (call $luma (local.get $b21) (local.get $b01) (local.get $Y2) (local.get $Y0))))
            (local.set $lower
              (call $bytes
                (call $luma (local.get $c21) (local.get $c01) (local.get $Y2) (local.get $Y0))
                (call $luma (local.get $d21) (local.get $d01) (local.get $Y2) (local.get $Y0))))
            (local.set $a21 (i16x8.add (local.get $a21) (local.get $c21)))
            (local.set $a01 (i16x8.add (local.get $a01) (local.get $c01)))
            (local.set $b21 (i16x8.add (local.get $b21) (local.get $d21)))
            (local.set $b01 (i16x8.add (local.get $b01) (local.get $d01)))
            (local.set $u
              (call $chroma (local.get $a21) (local.get $a01) (local.get $b21) (local.get $b01)
                (local.get $U2) (local.get $U0)))
            (local.set $v
              (call $chroma (local.get $a21) (local.get $a01) (local.get $b21) (local.get $b01)
                (local.get $V2) (local.get $V0)))
            (local.set $u (call $bytes (local.get $u) (local.get $u)))
            (local.set $v (call $bytes (local.get $v) (local.get $v)))
            (local.set $last (i32x4.splat (i32x4.extract_lane 0 (local.get $a))))
            (local.set $known
              (call $plain (local.get $last)
                (local.get $a) (local.get $b) (local.get $c) (local.get $d)))))
        (local.set $at (i32.add (local.get $planes) (local.get $x)))
        (v128.store64_lane 0 (local.get $at) (local.get $upper))
        (v128.store64_lane 0 (i32.add (local.get $at) (local.get $width)) (local.get $lower))
        (local.set $at (i32.shr_u (local.get $x) (i32.const 1)))
        (v128.store32_lane 0 (i32.add (local.get $cb) (local.get $at)) (local.get $u))
        (v128.store32_lane 0 (i32.add (local.get $cr) (local.get $at)) (local.get $v))
        ;; The last 8 of a row may overlap those before.
        (if (i32.lt_u (i32.add (local.get $x) (i32.const 8)) (local.get $width))
          (then
            (local.set $x (i32.add (local.get $x) (i32.const 8)))
            (if (i32.gt_u (i32.add (local.get $x) (i32.const 8)) (local.get $width))
              (then (local.set $x (i32.sub (local.get $width) (i32.const 8)))))
            (br $columns))))
      (local.set $pixels
        (i32.add (local.get $pixels) (i32.shl (local.get $stride) (i32.const 1))))
      (local.set $planes
        (i32.add (local.get $planes) (i32.shl (local.get $width) (i32.const 1))))
      (local.set $cb (i32.add (local.get $cb) (i32.shr_u (local.get $width) (i32.const 1))))
      (local.set $cr (i32.add (local.get $cr) (i32.shr_u (local.get $width) (i32.const 1))))
      (local.set $y (i32.add (local.get $y) (i32.const 2)))
      (br_if $rows (i32.lt_u (local.get $y) (local.get $height))))))
