# Times var_to_bytes and bytes_to_var on the messages of tests/bench/cases.ts.
# Prints one line a message: name, bytes as hex (to compare), decodes a second, encodes a second.
extends SceneTree

const ROUNDS := 5
const ROUND_MSEC := 120


func _init() -> void:
	report("small message", player(1))
	report("snapshot", snapshot())
	report("1,000 strings", strings())
	report("deep nesting", deep())
	report("10,000 ints", range(10000))
	quit()


func player(i: int) -> Dictionary:
	return {
		"name": "player_%d" % (i % 10),
		"score": i * 10,
		"pos": Vector3(i + 0.5, 1.25, -i),
		"alive": true,
	}


func snapshot() -> Array:
	var all := []
	for i in 64:
		all.append(player(i))
	var floats := PackedFloat32Array()
	for i in 32:
		floats.append(i / 4.0)
	all.append(floats)
	return all


func strings() -> Array:
	var all := []
	for i in 1000:
		all.append("item_%d%s" % [(i * 7919) % 1000, "abcdefghi".substr(0, i % 9)])
	return all


func deep() -> Variant:
	var value: Variant = null
	for i in 50:
		value = [value]
	return value


func report(title: String, value: Variant) -> void:
	var bytes := var_to_bytes(value)
	var decodes := 0.0
	var encodes := 0.0
	for round in ROUNDS:
		decodes = maxf(decodes, decode_rate(bytes))
		encodes = maxf(encodes, encode_rate(value))
	print("%s\t%s\t%d\t%d" % [title, bytes.hex_encode().md5_text(), decodes, encodes])


func decode_rate(bytes: PackedByteArray) -> float:
	var count := 0
	var start := Time.get_ticks_usec()
	var elapsed := 0
	while elapsed < ROUND_MSEC * 1000:
		for i in 20:
			bytes_to_var(bytes)
		count += 20
		elapsed = Time.get_ticks_usec() - start
	return count * 1e6 / elapsed


func encode_rate(value: Variant) -> float:
	var count := 0
	var start := Time.get_ticks_usec()
	var elapsed := 0
	while elapsed < ROUND_MSEC * 1000:
		for i in 20:
			var_to_bytes(value)
		count += 20
		elapsed = Time.get_ticks_usec() - start
	return count * 1e6 / elapsed
