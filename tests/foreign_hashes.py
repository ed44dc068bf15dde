"""Which hashes of other systems do tests have? Of one password, as Django 5.2, libpass and bcrypt wrote them."""

PASSWORD = "seven lanterns by the river"
BCRYPT = "$2b$05$D5D6DvExsndwLl5Vy9/JSOhOroR/t.05kPB7Qb963yfZA5yKTYM0C"
HASHES = {
    "django pbkdf2": "pbkdf2_sha256$1000000$71zeZDITic5qCuGfiB30Kk$6SxjZHbd4oDN6FG67d4gDK2O//5QGbuTIiMJocGvfyY=",
    "django argon2": "argon2$argon2id$v=19$m=102400,t=2,p=8$b0lSckNRTWZxMlJGN2tjQjdsSlVhZQ$r7Jswz0jll0KQblFzqY3h1VIVtevkt7guZ2S0wIyzKE",
    "django bcrypt_sha256": "bcrypt_sha256$$2b$12$Nh1wWiV.apxFxlWlS6KTTuj/5YaNpXzejT8pFXZ7yla9y5.T8qbvS",
    "django bcrypt": "bcrypt$$2b$12$LpE6375KHCLA7arIwZFf1urqHPKDnj.dfnGN2O7le.utE1CWviKAS",
    "django scrypt": "scrypt$16384$uwv2xZAmkx6nmowXqv5Jgj$8$5$bf1FftMXSOGMFbo1L2QAv+cR2Z//0MagjUBciNRqGPHb2Qs7KXb+grHiX4j1H7UyOEr4J8g3tz5h/3FjHbpqIA==",
    "scrypt": "$scrypt$ln=12,r=8,p=1$05oTwlhrba3VmjMmZCyFkA$ubZqmyv+TX1Rv91nSET3ZRhek6fHoIYwCsIfjou9us4",
    "bcrypt 2b": BCRYPT,
    "bcrypt 2a": "$2a$05$GMQv2sw.SqAiUNi3lG9ATu2VhU3OlqoJzKlN9lCpKWSX4UhfgX7AG",
    "bcrypt 2y": BCRYPT.replace("$2b$", "$2y$"),
    "argon2i": "$argon2i$v=19$m=64,t=2,p=2$KSWEsPbeW4uREiJkzFlLKQ$sYzeqyHdNCxNHqcRUqg2CkwWH3/vrEF44Bd6Xbi9hZ8",
}
ABSURD = {
    "bcrypt": BCRYPT.replace("$05$", "$31$"),
    "bcrypt_sha256": "bcrypt_sha256$" + BCRYPT.replace("$05$", "$20$"),
    "bcrypt too little": BCRYPT.replace("$05$", "$03$"),
    "pbkdf2": HASHES["django pbkdf2"].replace("$1000000$", "$999999999$"),
    "pbkdf2 nothing": HASHES["django pbkdf2"].replace("$1000000$", "$0$"),
    "scrypt memory": HASHES["scrypt"].replace("ln=12", "ln=24"),
    "scrypt all": HASHES["scrypt"].replace("ln=12", "ln=99"),
    "scrypt time": HASHES["scrypt"].replace("p=1", "p=9999"),
    "scrypt nothing": HASHES["scrypt"].replace("r=8", "r=0"),
    "django scrypt": HASHES["django scrypt"].replace("$16384$", "$16385$"),
    "argon2 memory": HASHES["argon2i"].replace("m=64", "m=99999999"),
    "argon2 time": HASHES["argon2i"].replace("t=2", "t=999999999"),
    "argon2 lanes": HASHES["argon2i"].replace("p=2", "p=200"),
}
