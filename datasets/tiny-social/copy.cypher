COPY Person FROM "./person.csv" (HEADER=true);
COPY City FROM "./city.csv" (HEADER=true);
COPY FRIEND FROM "./friend.csv" (HEADER=false);
COPY LIVES_IN FROM "./lives_in.csv" (HEADER=false);
